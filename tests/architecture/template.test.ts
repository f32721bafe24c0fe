import { beforeAll, describe, expect, it } from 'vitest';
import { costlyHandlers } from '../../plugins/limits.ts';
import { faultsOf } from './cloudformation.ts';
import { deployedStages, type PackagedTemplate, packagedTemplate } from './packaged-template.ts';
import {
  actionsOn,
  broadGrants,
  grantedActions,
  limitlessGrants,
  ofType,
  policySizes,
  roleByFunction,
  statementsOf,
} from './privileges.ts';
import { declaredRoutes, deployedFunctions } from './read-service.ts';

const routes = (await declaredRoutes()).filter(({ route }) => !route.onlyLocal);
const functions = deployedFunctions();

/** Quotas of an HTTP API, a template, a Lambda function and a role (AWS documentation, 2026). */
const quota = {
  routes: 300,
  integrations: 300,
  authorizers: 10,
  resources: 500,
  bytes: 1_000_000,
  environment: 4096,
  name: 64,
  policy: 10_240,
};
const longestRegion = 'ap-southeast-1';

describe.each(deployedStages)('the template of %s', (stage, { logRetentionDays, ...limits }) => {
  let packaged: PackagedTemplate;
  const all = (type: string) => packaged.all(type);

  beforeAll(async () => {
    packaged = await packagedTemplate(stage);
  });

  it('is valid for CloudFormation', () => {
    expect(faultsOf(packaged.template)).toEqual([]);
  });

  it('stays within the quotas', () => {
    expect(all('AWS::ApiGatewayV2::Route').length).toBeLessThanOrEqual(quota.routes);
    expect(all('AWS::ApiGatewayV2::Integration').length).toBeLessThanOrEqual(quota.integrations);
    expect(all('AWS::ApiGatewayV2::Authorizer').length).toBeLessThanOrEqual(quota.authorizers);
    expect(Object.keys(packaged.template.Resources).length).toBeLessThanOrEqual(quota.resources);
    expect(packaged.bytes).toBeLessThanOrEqual(quota.bytes);
    for (const { FunctionName, Environment } of all('AWS::Lambda::Function')) {
      expect(FunctionName.length, FunctionName).toBeLessThanOrEqual(quota.name);
      expect(JSON.stringify(Environment?.Variables ?? {}).length, FunctionName).toBeLessThanOrEqual(quota.environment);
    }
    for (const { RoleName } of all('AWS::IAM::Role')) {
      const name = RoleName['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : longestRegion)).join('-');
      expect(name.length, name).toBeLessThanOrEqual(quota.name);
    }
  });

  it('has the functions of functions.yml', () => {
    const names = all('AWS::Lambda::Function').map(({ FunctionName }) => FunctionName);
    expect(names.sort()).toEqual(functions.map(({ name }) => `gatehouse-${stage}-${name}`).sort());
  });

  it('has nothing for local use only: no route, function, role or sender that keeps messages', () => {
    expect(JSON.stringify(packaged.template)).not.toMatch(/devOutbox|devHome|devFavicon|dev\/outbox|favicon|functions\/dev|SendByoutbox/i);
    for (const { Environment } of all('AWS::Lambda::Function')) {
      expect([Environment?.Variables.EMAIL_SENDER, Environment?.Variables.SMS_SENDER]).not.toContain('outbox');
    }
  });

  it('has every route of the contracts, with and without the slash, and no others', () => {
    const promised = routes.flatMap(({ route: { name, methods, path, access } }) => {
      const paths = path.length > 1 && path.endsWith('/') ? [path, path.slice(0, -1)] : [path];
      return methods.flatMap((method) => paths.map((each) => `${method} ${each} ${name} ${access}`));
    });
    const answered = all('AWS::ApiGatewayV2::Route').map(({ RouteKey, Target, AuthorizationType, AuthorizerId }) => {
      const integration = packaged.one(Target['Fn::Join'][1][1].Ref).Properties;
      const { FunctionName } = packaged.one(integration['IntegrationUri']['Fn::GetAtt'][0]).Properties;
      const isLocked = AuthorizationType === 'CUSTOM' && AuthorizerId.Ref === 'HttpApiAuthorizerJwt';
      return `${RouteKey} ${FunctionName.replace(`gatehouse-${stage}-`, '')} ${isLocked ? 'locked' : 'open'}`;
    });
    expect(answered.sort()).toEqual(promised.sort());
  });

  it('calls the authorizer with every request, in the simple response format', () => {
    expect(all('AWS::ApiGatewayV2::Authorizer')).toEqual([
      expect.objectContaining({
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 0,
        IdentitySource: ['$request.header.Authorization'],
      }),
    ]);
    for (const { PayloadFormatVersion } of all('AWS::ApiGatewayV2::Integration')) expect(PayloadFormatVersion).toBe('2.0');
  });

  it('runs every function on Node 24 on arm64, without versions, and keeps logs for the stage’s number of days', () => {
    for (const { Runtime, Architectures } of all('AWS::Lambda::Function'))
      expect([Runtime, Architectures]).toEqual(['nodejs24.x', ['arm64']]);
    expect(all('AWS::Lambda::Version')).toEqual([]);
    const groups = all('AWS::Logs::LogGroup').map(({ LogGroupName, RetentionInDays }) => [LogGroupName, RetentionInDays]);
    const names = [...functions.map(({ name }) => `/aws/lambda/gatehouse-${stage}-${name}`), `/aws/http-api/gatehouse-${stage}`];
    expect(groups.sort()).toEqual(names.map((name) => [name, logRetentionDays]).sort());
  });

  it('logs each request at the gateway too, without headers, bodies and query strings', () => {
    const [{ AccessLogSettings = {} } = {}] = all('AWS::ApiGatewayV2::Stage');
    const { Format, DestinationArn } = AccessLogSettings as Record<string, unknown>;
    expect(DestinationArn).toEqual({ 'Fn::GetAtt': ['HttpApiLogGroup', 'Arn'] });
    expect(JSON.parse(String(Format))).toEqual({
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      latency: '$context.responseLatency',
      sourceIp: '$context.identity.sourceIp',
      time: '$context.requestTimeEpoch',
      error: '$context.error.responseType',
      authorizer: '$context.authorizer.error',
      integrationStatus: '$context.integrationStatus',
    });
  });

  it('gives each function its own role, and has no other role', () => {
    const roles = Object.values(roleByFunction(packaged.template)).sort();
    expect(new Set(roles).size).toBe(roles.length);
    const there = ofType(packaged.template, 'AWS::IAM::Role').map(([id]) => id);
    expect(there.sort()).toEqual(roles);
  });

  it('grants every action and resource by name', () => {
    expect(broadGrants(packaged.template)).toEqual([]);
    expect(grantedActions(packaged.template)).not.toContain('logs:CreateLogGroup');
  });

  it('limits the columns of users that a function updates, and the keys that it uses in the short-lived table', () => {
    expect(limitlessGrants(packaged.template)).toEqual([]);
  });

  it('lets the function that decodes pictures write its log and nothing else, tells it nothing of the stage, and has no route to it', () => {
    const { template } = packaged;
    const actions = statementsOf(template, 'AvatarDecodeLambdaFunction').flatMap(({ Action }) => Action);
    expect(actions).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(packaged.one('AvatarDecodeLambdaFunction').Properties).not.toHaveProperty('Environment');
    const invokable = all('AWS::Lambda::Permission').map(({ FunctionName }) => JSON.stringify(FunctionName));
    expect(invokable.filter((name) => name.includes('AvatarDecode'))).toEqual([]);
    const callers = Object.keys(roleByFunction(template)).filter((id) => actionsOn(template, id, 'AvatarDecodeLambdaFunction').length > 0);
    expect(callers).toEqual(['AvatarUploadLambdaFunction']);
  });

  it('keeps each role’s policies within the characters that IAM takes', () => {
    expect(policySizes(packaged.template).filter(([, characters]) => characters > quota.policy)).toEqual([]);
  });

  it('limits the requests of the stage a second, and reserves no concurrency unless the stage says so', () => {
    const { requestsPerSecond } = limits;
    expect(all('AWS::ApiGatewayV2::Stage').map(({ DefaultRouteSettings }) => DefaultRouteSettings)).toEqual([
      { DetailedMetricsEnabled: false, ThrottlingRateLimit: requestsPerSecond, ThrottlingBurstLimit: requestsPerSecond },
    ]);
    expect(all('AWS::Lambda::Function').filter(({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions !== undefined)).toEqual(
      [],
    );
  });

  it('knows every function that has a whole core as one that hashes, but the authorizer', () => {
    const whole = all('AWS::Lambda::Function').filter(({ MemorySize }) => MemorySize >= 1769);
    expect(whole.length).toBeGreaterThan(5);
    expect(whole.map(({ Handler }) => Handler).filter((handler) => !costlyHandlers.includes(handler))).toEqual([]);
    const handlers = all('AWS::Lambda::Function').map(({ Handler }) => Handler);
    expect(costlyHandlers.filter((handler) => !handlers.includes(handler))).toEqual([]);
  });

  it('has no secret in an environment variable', () => {
    for (const { Environment } of all('AWS::Lambda::Function')) {
      expect(Object.keys(Environment?.Variables ?? {}).filter((name) => /SECRET|PRIVATE|_KEY$|PASSWORD(?!_MIN)/.test(name))).toEqual([]);
    }
  });
});
