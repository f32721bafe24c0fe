import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logicalIdOf, tableNames, tableSettings } from '#lib/settings/tables.ts';
import { boundRoles } from '../../plugins/boundary.ts';
import type { Framework, FunctionDefinition } from '../../plugins/framework.ts';
import GatehousePlugin from '../../plugins/gatehouse.ts';
import { nameTables } from '../../plugins/tables.ts';

class Refusal extends Error {}

/** The tables as resources/tables.yml declares them: without their names. */
const declaredTables = () =>
  Object.fromEntries(tableSettings.map((each) => [logicalIdOf(each), { Type: 'AWS::DynamoDB::Table', Properties: {} }]));

/** A service of one function, as the framework hands it to plugins before a command runs. */
function framework(command: string, stage: string): Framework {
  const functions: Record<string, FunctionDefinition> = {
    health: { handler: 'functions/meta/health.handler', events: [{ httpApi: { method: 'GET', path: '/health/' } }] },
    devHome: { handler: 'functions/dev/home.handler', events: [{ httpApi: { method: 'GET', path: '/' } }] },
    devOutbox: { handler: 'functions/dev/outbox.handler', events: [{ httpApi: { method: 'GET', path: '/dev/outbox/' } }] },
  };
  return {
    serviceDir: process.cwd(),
    processedInput: { commands: [command], options: {} },
    classes: { Error: Refusal },
    getProvider: () => ({
      getStage: () => stage,
      naming: { getRoleLogicalId: () => 'SharedRole', getLambdaLogicalId: () => 'Function', getLogGroupLogicalId: () => 'Logs' },
    }),
    service: {
      service: 'gatehouse',
      functions,
      resources: {
        Resources: {
          ...declaredTables(),
          MediaBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
          SignInFailuresAlarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
        },
      },
      provider: {
        architecture: 'arm64',
        environment: { STAGE: stage, MEDIA_BUCKET: { Ref: 'MediaBucket' } },
        httpApi: {},
        compiledCloudFormationTemplate: { Resources: {} },
      },
      custom: {},
    },
  };
}

async function initialized(command: string, stage: string) {
  const serverless = framework(command, stage);
  await new GatehousePlugin(serverless).hooks['initialize']?.();
  return serverless.service;
}

describe('the plugin', () => {
  let before: NodeJS.ProcessEnv;

  beforeEach(() => {
    before = { ...process.env };
  });
  afterEach(() => {
    process.env = before;
  });

  it('takes settings of a deployed stage only from stages.yml, never from the environment', async () => {
    process.env['LEEWAY'] = '9s';
    process.env['API_PREFIX'] = '/elsewhere';
    const { provider, functions } = await initialized('package', 'prod');
    expect(provider.environment).toEqual({ STAGE: 'prod', MEDIA_BUCKET: { Ref: 'MediaBucket' }, ...tableNames('gatehouse', 'prod') });
    expect(functions['health']?.events?.[0]?.httpApi?.path).toBe('/health/');
    expect(provider.httpApi.cors).toBeUndefined();
  });

  it('lets the environment set anything on a laptop', async () => {
    process.env['API_PREFIX'] = '/accounts';
    const { provider, functions } = await initialized('offline', 'local');
    expect(provider.environment).toMatchObject({ API_PREFIX: '/accounts' });
    expect(functions['health']?.events?.[0]?.httpApi?.path).toBe('/accounts/health/');
    expect(provider.httpApi.cors?.allowedOrigins).toEqual(['http://localhost:*', 'http://127.0.0.1:*']);
  });

  it('adds functions for developers only on their machines', async () => {
    for (const stage of ['dev', 'staging', 'prod'])
      expect(Object.keys((await initialized('package', stage)).functions)).toEqual(['health']);
    expect(Object.keys((await initialized('offline', 'local')).functions)).toEqual(['health', 'devHome', 'devOutbox']);
  });

  it('gives each table the name that the functions are told', async () => {
    const { resources, provider } = await initialized('package', 'dev');
    const { TokenBlacklistTable } = resources.Resources ?? {};
    expect(TokenBlacklistTable?.Properties['TableName']).toBe('gatehouse-dev-token-blacklist');
    expect(provider.environment).toMatchObject({ TOKEN_BLACKLIST_TABLE: 'gatehouse-dev-token-blacklist' });
  });

  it('refuses a table that is in only one of the list and the YAML', () => {
    const names = tableNames('gatehouse', 'dev');
    const { UsersTable = { Type: '', Properties: {} }, ...others } = declaredTables();
    expect(() => nameTables(others, names)).toThrow('resources/tables.yml has no UsersTable, the table of USERS_TABLE');
    const oneMore = { ...declaredTables(), LoginsTable: UsersTable };
    expect(() => nameTables(oneMore, names)).toThrow('lib/settings/tables.ts has no setting for LoginsTable in resources/tables.yml');
  });

  it('gives the template of a preview what stages.yml says of dev', async () => {
    const { provider, resources } = await initialized('package', 'pr-12');
    expect(provider).toMatchObject({ logRetentionInDays: 7, environment: tableNames('gatehouse', 'pr-12') });
    expect(resources.Resources?.['SignInFailuresAlarm']?.Properties['Threshold']).toBe(100);
    expect((await initialized('package', 'dev')).provider.logRetentionInDays).toBeUndefined();
  });

  it('asks for a role for every function', async () => {
    const { functions } = await initialized('package', 'dev');
    expect(functions['health']?.iamRoleStatements).toEqual([]);
  });

  it('gives roles the boundary of their pipeline, one for all previews', () => {
    const roleIn = (stage: string) => {
      const resources = { Role: { Type: 'AWS::IAM::Role', Properties: {} }, Function: { Type: 'AWS::Lambda::Function', Properties: {} } };
      boundRoles(resources, stage);
      return resources;
    };
    const boundary = (name: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/gatehouse-${name}-boundary`,
    });
    expect(roleIn('prod').Role.Properties).toEqual({ PermissionsBoundary: boundary('prod') });
    expect(roleIn('pr-12').Role.Properties).toEqual({ PermissionsBoundary: boundary('preview') });
    expect(roleIn('prod').Function.Properties).toEqual({});
  });

  it('sets the boundary only if the stage says so', async () => {
    const boundaryWith = async (line: string) => {
      const serviceDir = await mkdtemp(join(tmpdir(), 'gatehouse-'));
      await writeFile(join(serviceDir, 'stages.yml'), `dev: { keepData: false, logRetentionDays: 1, settings: {}${line} }`);
      const serverless = { ...framework('package', 'dev'), serviceDir };
      const { hooks } = new GatehousePlugin(serverless);
      await hooks['initialize']?.();
      const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
      Resources['Function'] = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
      Resources['Role'] = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [{}] } }] } };
      await hooks['before:aws:package:finalize:addExportNameForOutputs']?.();
      await rm(serviceDir, { recursive: true });
      return Resources['Role'].Properties['PermissionsBoundary'];
    };
    expect(await boundaryWith('')).toBeUndefined();
    expect(await boundaryWith(', permissionsBoundary: true')).toEqual({
      'Fn::Sub': expect.stringContaining('policy/gatehouse-dev-boundary'),
    });
  });

  it('has API Gateway cache the authorizer for AUTHORIZER_CACHE', async () => {
    process.env['AUTHORIZER_CACHE'] = '45s';
    const serverless = framework('package', 'local');
    const { hooks } = new GatehousePlugin(serverless);
    await hooks['initialize']?.();
    const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
    Resources['Jwt'] = { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { AuthorizerResultTtlInSeconds: 0 } };
    Resources['Function'] = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
    Resources['Role'] = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [{}] } }] } };
    await hooks['before:aws:package:finalize:addExportNameForOutputs']?.();
    expect(Resources['Jwt'].Properties['AuthorizerResultTtlInSeconds']).toBe(45);
  });

  it.each([
    ['package', 'nope', 'There is no stage "nope" in stages.yml: it has local, dev, staging, prod'],
    ['deploy', 'local', 'The stage local is for laptops and tests'],
  ])('refuses to %s the stage %s, in one line', async (command, stage, line) => {
    const refused = await initialized(command, stage).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Error).message).toContain(line);
  });

  it('starts nothing without emulators, and says how to start them', async () => {
    const { hooks } = new GatehousePlugin(framework('offline', 'local'));
    await hooks['initialize']?.();
    await expect((async () => await hooks['before:offline:start']?.())()).rejects.toThrow('start both with `npm start`');
  });
});
