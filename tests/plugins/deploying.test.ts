import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localCredentials } from '#local/emulators/emulator.ts';
import { lossesIn, type ResourceChange, tableOf } from '../../plugins/changes/losses.ts';
import DeployingPlugin, { type DeployingFramework } from '../../plugins/deploying.ts';
import { startCloudFormation } from '../support/cloudformation-model.ts';

class Refusal extends Error {}

const change = (Action: string, ResourceType: string, LogicalResourceId: string, Replacement?: string): ResourceChange => ({
  Action,
  ResourceType,
  LogicalResourceId,
  Replacement,
});
const table = 'AWS::DynamoDB::Table';

/** As CloudFormation answered: a deployment of new code, and one that changes the key of a table. */
const newCode = [
  change('Modify', 'AWS::Lambda::Function', 'LoginLambdaFunction', 'False'),
  change('Modify', 'AWS::Lambda::Function', 'RegisterLambdaFunction', 'False'),
  change('Modify', table, 'UsersTable', 'False'),
  change('Add', table, 'PasskeysTable'),
  change('Remove', 'AWS::ApiGatewayV2::Route', 'HttpApiRouteGetOld'),
];

describe('a loss', () => {
  it('is not new code, a new table, a changed table or a removed route', () => {
    expect(lossesIn(newCode, [])).toEqual([]);
  });

  it.each([
    ['a removed table', change('Remove', table, 'UsersTable')],
    ['a replaced table', change('Modify', table, 'UsersTable', 'True')],
    ['a table that may be replaced', change('Modify', table, 'UsersTable', 'Conditional')],
    ['a table with a change that nobody can tell', change('Dynamic', table, 'UsersTable')],
    ['a removed bucket', change('Remove', 'AWS::S3::Bucket', 'MediaBucket')],
    ['a removed nested stack', change('Remove', 'AWS::CloudFormation::Stack', 'DataStack')],
  ])('is %s', (_, loss) => {
    expect(lossesIn([...newCode, loss], [])).toEqual([loss]);
    expect(lossesIn([loss], [loss.LogicalResourceId ?? ''])).toEqual([]);
    expect(lossesIn([loss], ['Users', 'OtherTable'])).toEqual([loss]);
  });
});

describe('the table of changes', () => {
  it('counts changes of a kind, and names what is removed or replaced', () => {
    expect(tableOf([...newCode, change('Modify', table, 'RolesTable', 'Conditional')])).toBe(
      [
        '| change | type | resource | number |',
        '|---|---|---|---|',
        '| Add | AWS::DynamoDB::Table |  | 1 |',
        '| Modify | AWS::DynamoDB::Table |  | 1 |',
        '| Modify | AWS::Lambda::Function |  | 2 |',
        '| Perhaps replace | AWS::DynamoDB::Table | RolesTable | 1 |',
        '| Remove | AWS::ApiGatewayV2::Route | HttpApiRouteGetOld | 1 |',
      ].join('\n'),
    );
    expect(tableOf([])).toBe('No resource changes.');
  });
});

describe('a deployment', () => {
  const stops: (() => unknown)[] = [];
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-'));
    vi.stubEnv('GITHUB_STEP_SUMMARY', join(folder, 'summary'));
    vi.stubEnv('ACCEPT_LOSS_OF', '');
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await rm(folder, { recursive: true });
  });

  /** A stack whose change set has these pages, and the plugin that deploys to it. */
  async function deployment(pages: Readonly<Record<string, object>>, more: Partial<DeployingFramework['service']['provider']> = {}) {
    const made: Record<string, string>[] = [];
    const model = await startCloudFormation({
      DeleteChangeSet: () => ({}),
      CreateChangeSet: (input) => {
        made.push(input);
        return { Id: 'arn:first' };
      },
      DescribeChangeSet: ({ ChangeSetName = '', NextToken = '' }) => pages[`${ChangeSetName}${NextToken}`] ?? {},
    });
    stops.push(model.stop);
    const serverless: DeployingFramework = {
      processedInput: { options: {} },
      service: { service: 'gatehouse', provider: more, package: { artifactDirectoryName: 'serverless/gatehouse/prod/1-now' } },
      classes: { Error: Refusal },
      getProvider: () => ({
        getStage: () => 'prod',
        getRegion: () => 'eu-central-1',
        getServerlessDeploymentBucketName: async () => 'bucket',
        getAwsSdkV3Config: async () => ({ endpoint: model.endpoint, region: 'eu-central-1', credentials: localCredentials }),
        naming: { getStackName: () => 'gatehouse-prod', getCompiledTemplateS3Suffix: () => 'template.json' },
      }),
    };
    const told: string[] = [];
    const { hooks } = new DeployingPlugin(serverless, {}, { log: { notice: (text) => void told.push(text) } });
    return { check: async () => await hooks['after:aws:deploy:deploy:validateTemplate']?.(), asked: model.asked, made, told };
  }

  const ready = (changes: readonly object[], more = {}) => ({
    Status: 'CREATE_COMPLETE',
    Changes: changes.map((each) => ({ ResourceChange: each })),
    ...more,
  });

  it('shows its changes, and leaves no change set behind', async () => {
    const { check, asked, made, told } = await deployment({ 'arn:first': ready(newCode) });
    await check();
    expect(asked).toEqual(['CreateChangeSet', 'DescribeChangeSet', 'DeleteChangeSet']);
    expect(made[0]).toMatchObject({
      StackName: 'gatehouse-prod',
      ChangeSetType: 'UPDATE',
      IncludeNestedStacks: 'true',
      TemplateURL: 'https://s3.eu-central-1.amazonaws.com/bucket/serverless/gatehouse/prod/1-now/template.json',
    });
    expect(told.join()).toContain('| Modify | AWS::Lambda::Function |  | 2 |');
    expect(await readFile(join(folder, 'summary'), 'utf8')).toContain('## Changes of gatehouse-prod');
  });

  it('that loses a table on a later page is refused, and shown', async () => {
    const pages = {
      'arn:first': ready(newCode, { NextToken: '2' }),
      'arn:first2': ready([change('Modify', table, 'UsersTable', 'True'), change('Remove', 'AWS::S3::Bucket', 'MediaBucket')]),
    };
    const { check, asked, told } = await deployment(pages);
    await expect(check()).rejects.toThrow(
      /would delete or replace UsersTable,MediaBucket.*Nothing was changed.*ACCEPT_LOSS_OF=UsersTable,Media/,
    );
    await expect(check()).rejects.toBeInstanceOf(Refusal);
    expect(asked.at(-1)).toBe('DeleteChangeSet');
    expect(told.join()).toContain('| Replace | AWS::DynamoDB::Table | UsersTable | 1 |');
  });

  it('that loses a table of a nested stack is refused', async () => {
    const nested = { ...change('Modify', 'AWS::CloudFormation::Stack', 'DataStack', 'False'), ChangeSetId: 'arn:nested' };
    const { check } = await deployment({ 'arn:first': ready([nested]), 'arn:nested': ready([change('Remove', table, 'UsersTable')]) });
    await expect(check()).rejects.toThrow('would delete or replace UsersTable');
  });

  it('goes on if the loss is accepted by name, for this one', async () => {
    vi.stubEnv('ACCEPT_LOSS_OF', 'RolesTable, UsersTable');
    const { check } = await deployment({ 'arn:first': ready([change('Remove', table, 'UsersTable')]) });
    await check();
  });

  it('without changes goes on, and a template that CloudFormation refuses does not', async () => {
    const empty = { Status: 'FAILED', StatusReason: "The submitted information didn't contain changes. Submit different information." };
    await (await deployment({ 'arn:first': empty })).check();
    const wrong = await deployment({ 'arn:first': { Status: 'FAILED', StatusReason: 'Template format error' } });
    await expect(wrong.check()).rejects.toThrow('CloudFormation makes no change set: Template format error');
    expect(wrong.asked.at(-1)).toBe('DeleteChangeSet');
  });

  it('that the framework skips asks nothing', async () => {
    const { check, asked } = await deployment({}, { shouldNotDeploy: true });
    await check();
    expect(asked).toEqual([]);
  });

  it.each([
    ['of its stage is accepted', { stage: 'prod', region: 'eu-central-1' }, undefined],
    ['of another stage is refused', { stage: 'dev', region: 'eu-central-1' }, 'was packaged for the stage dev, not for prod'],
    [
      'for another region is refused',
      { stage: 'prod', region: 'us-east-1' },
      'was packaged for the region us-east-1, not for eu-central-1',
    ],
  ])('with a package %s', async (_, { stage, region }, refusal) => {
    const provider = { stage: 'dev', region, environment: { STAGE: stage } };
    await writeFile(join(folder, 'serverless-state.json'), JSON.stringify({ service: { service: 'gatehouse', provider } }));
    expect(await packageIn(folder)).toBe(refusal && `${folder} ${refusal}`);
    expect(await packageIn(join(folder, 'none'))).toContain('is no package: ENOENT');
  });

  /** Why a package is refused. */
  async function packageIn(directory: string): Promise<string | undefined> {
    const getProvider = () =>
      ({ getStage: () => 'prod', getRegion: () => 'eu-central-1' }) as ReturnType<DeployingFramework['getProvider']>;
    const serverless: DeployingFramework = {
      processedInput: { options: { package: directory } },
      service: { service: 'gatehouse', provider: {}, package: {} },
      classes: { Error: Refusal },
      getProvider,
    };
    const { hooks } = new DeployingPlugin(serverless, {}, { log: { notice: () => {} } });
    return await hooks['before:deploy:deploy']?.().then(
      () => undefined,
      (error: Refusal) => error.message,
    );
  }
});
