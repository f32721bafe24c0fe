import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeZip } from './made-zip.ts';

/** A function of a temporary stack. */
type MadeFunction = {
  /** The body of the module, as CommonJS; it has to export `handler`. */
  readonly source: string;
  /** Other files in its zip. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Route keys that lead to it; `jwt:` in front puts the authorizer before the route. */
  readonly routes?: readonly string[];
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly timeout?: number;
  readonly memory?: number;
  readonly statements?: readonly unknown[];
  /** Leaves out the permission of API Gateway to invoke it. */
  readonly isForbidden?: boolean;
};

export type MadeStack = {
  readonly functions: Readonly<Record<string, MadeFunction>>;
  readonly cors?: unknown;
  /** Properties of the authorizer `jwt`, whose function is the one called `authorizer`. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
  readonly resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>>;
};

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

/** Writes the zips of a stack into a folder, and returns the template that `serverless package` would make. */
export async function madeStack({ functions, cors, authorizer, resources = {} }: MadeStack) {
  const directory = await mkdtemp(join(tmpdir(), 'made-stack-'));
  const made: Resources = {
    HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', ...(cors ? { CorsConfiguration: cors } : {}) } },
    HttpApiStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'HttpApi' }, StageName: '$default' } },
  };
  if (authorizer) {
    const arn = { 'Fn::GetAtt': ['AuthorizerLambdaFunction', 'Arn'] };
    const uri = ['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/2015-03-31/functions/', arn];
    const simple = { AuthorizerType: 'REQUEST', EnableSimpleResponses: true, AuthorizerPayloadFormatVersion: '2.0' };
    made['Jwt'] = {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: { ...simple, AuthorizerUri: { 'Fn::Join': ['', [...uri, '/invocations']] }, ...authorizer },
    };
  }
  for (const [name, fn] of Object.entries(functions)) {
    await writeFile(join(directory, `${name}.zip`), madeZip({ 'src/index.cjs': fn.source, ...fn.files }));
    Object.assign(made, resourcesOf(name, fn));
  }
  return { directory, template: { Resources: { ...made, ...resources } }, remove: () => rm(directory, { recursive: true, force: true }) };
}

function resourcesOf(name: string, fn: MadeFunction): Resources {
  const id = name.charAt(0).toUpperCase() + name.slice(1);
  const arn = { 'Fn::GetAtt': [`${id}LambdaFunction`, 'Arn'] };
  const made: Resources = {
    [`${id}LambdaFunction`]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: `made-dev-${name}`,
        Code: { S3Key: `serverless/made/dev/1/${name}.zip` },
        Handler: 'src/index.handler',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        MemorySize: fn.memory ?? 128,
        Timeout: fn.timeout ?? 6,
        Environment: { Variables: fn.variables ?? {} },
      },
    },
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: `made-${name}`, Policies: [{ PolicyName: 'made', PolicyDocument: { Statement: fn.statements ?? [] } }] },
    },
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationType: 'AWS_PROXY', IntegrationUri: arn, PayloadFormatVersion: '2.0', TimeoutInMillis: 30_000 },
    },
  };
  if (!fn.isForbidden) {
    const source = 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}/*';
    made[`${id}Permission`] = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: arn,
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': source },
      },
    };
  }
  for (const [index, route] of (fn.routes ?? []).entries()) {
    const isLocked = route.startsWith('jwt:');
    made[`${id}Route${index}`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: route.replace('jwt:', ''),
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: `${id}Integration` }]] },
        ...(isLocked && { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Jwt' } }),
      },
    };
  }
  return made;
}
