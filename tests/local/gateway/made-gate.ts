import { build } from 'esbuild';
import { createResources } from '#local/emulators/create-resources.ts';
import { startDynamo } from '#local/emulators/dynamo.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { startS3 } from '#local/emulators/s3.ts';
import { type Functions, startFunctions } from '#local/gateway/functions.ts';
import { type IamGate, startIamGate } from '#local/gateway/iam-gate.ts';
import { resolveTemplate } from '#local/gateway/template.ts';
import { projectFolder } from '#local/project.ts';
import { madeStack } from './made-stack.ts';

/** Sends the AWS commands of an event, together or in turn, and returns each result or the error's name. */
const sender = `
  import * as dynamodb from '@aws-sdk/client-dynamodb';
  import * as s3 from '@aws-sdk/client-s3';
  import * as ssm from '@aws-sdk/client-ssm';
  import * as lambda from '@aws-sdk/client-lambda';
  const retry = { maxAttempts: Number(process.env.ATTEMPTS) };
  const clients = { dynamodb: new dynamodb.DynamoDBClient(retry), s3: new s3.S3Client(retry), ssm: new ssm.SSMClient(retry), lambda: new lambda.LambdaClient(retry) };
  const kinds = { dynamodb, s3, ssm, lambda };
  async function send([service, name, input]) {
    try {
      const { $metadata, Body, Payload, ...rest } = await clients[service].send(new kinds[service][name + 'Command'](input));
      return { ...rest, ...(Body && { text: await Body.transformToString() }), ...(Payload && { payload: Payload.transformToString() }), attempts: $metadata.attempts };
    } catch (error) {
      return { error: error.name, message: error.message, status: error.$metadata?.httpStatusCode };
    }
  }
  export async function handler({ calls, together }) {
    if (together) return Promise.all(calls.map(send));
    const answers = [];
    for (const call of calls) answers.push(await send(call));
    return answers;
  }
`;

const table = (name: string, extra: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ...extra,
  },
});
const byMail = {
  AttributeDefinitions: ['id', 'mail'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    { IndexName: 'by-mail', KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
};

export type Sent = readonly [service: 'dynamodb' | 's3' | 'ssm' | 'lambda', command: string, input: object];
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
type Answer = any;
export type MadeGate = {
  readonly gate: IamGate;
  readonly functions: Functions;
  /** Lets a function send commands one after the other, and returns the results. */
  send(functionName: string, ...calls: readonly Sent[]): Promise<Answer[]>;
  stop(): Promise<void>;
};

/** Scripted functions with these statements in their roles, in front of real emulators with two tables and a bucket. */
export async function madeGate(roles: Readonly<Record<string, readonly unknown[]>>, attempts = 1): Promise<MadeGate> {
  const bundle = await build({
    stdin: { contents: sender, resolveDir: projectFolder },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'error',
  });
  const source = bundle.outputFiles[0]?.text ?? '';
  const functions = Object.entries(roles).map(([name, statements]) => [name, { source, statements, variables: { ATTEMPTS: attempts } }]);
  const stack = await madeStack({
    functions: Object.fromEntries(functions),
    resources: {
      Users: table('users', byMail),
      Others: table('others'),
      Media: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'media' } },
    },
  });
  const template = resolveTemplate(stack.template);
  const [dynamodb, s3, ssm] = await Promise.all([startDynamo(), startS3(), startParameterStore()]);
  const stopEmulators = () => Promise.all([dynamodb.stop(), s3.stop(), ssm.stop(), stack.remove()]);
  const emulators = { dynamodb: dynamodb.endpoint, s3: s3.endpoint, ssm: ssm.endpoint };
  const plain = template.resources.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }]);
  let running: Functions | undefined;
  const gate = await (async () => {
    await createResources(Object.fromEntries(plain), emulators);
    return await startIamGate({ template, functions: () => running as Functions, emulators });
  })().catch(async (error: unknown) => {
    await stopEmulators();
    throw error;
  });
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: gate.endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: gate.endpoints.s3,
    AWS_ENDPOINT_URL_SSM: gate.endpoints.ssm,
    AWS_ENDPOINT_URL_LAMBDA: gate.endpoints.lambda,
  };
  const started = startFunctions({ template, directory: stack.directory, environment, instances: 1 });
  running = started;
  return {
    gate,
    functions: started,
    async send(functionName, ...calls) {
      const outcome = await started.invoke(functionName, { calls });
      return outcome.kind === 'returned' ? JSON.parse(outcome.payload) : [outcome];
    },
    async stop() {
      started.stop();
      await gate.stop();
      await stopEmulators();
    },
  };
}
