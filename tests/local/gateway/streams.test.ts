import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createResources } from '#local/emulators/create-resources.ts';
import { startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { type Functions, startFunctions } from '#local/gateway/functions.ts';
import { startIamGate } from '#local/gateway/iam-gate.ts';
import { startStreams } from '#local/gateway/streams.ts';
import { resolveTemplate, type Template } from '#local/gateway/template.ts';
import { madeStack } from './made-stack.ts';

/** Treats each row as the row says, and records it. */
const source = `
  exports.handler = async ({ Records }, context) => {
    const failures = [];
    for (const { dynamodb, eventSourceARN } of Records) {
      const { id, does } = dynamodb.NewImage;
      if (does.S === 'report') failures.push({ itemIdentifier: dynamodb.SequenceNumber });
      else if (does.S === 'throw') throw new Error('as I was told');
      else if (does.S === 'exit') process.exit(1);
      else if (does.S === 'hang') await new Promise(() => setInterval(() => {}, 1000));
      else console.log(JSON.stringify({ did: id.S, from: eventSourceARN }));
    }
    return { batchItemFailures: failures };
  };
`;
const streamArn = { 'Fn::GetAtt': ['Outbox', 'StreamArn'] };
const queueArn = { 'Fn::GetAtt': ['Letters', 'Arn'] };
const reading = {
  Effect: 'Allow',
  Action: ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((name) => `dynamodb:${name}`),
  Resource: streamArn,
};
const telling = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn };
const mappingTo = (name: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    FunctionName: { 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] },
    EventSourceArn: streamArn,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 4,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 2,
    MaximumRecordAgeInSeconds: 3600,
    DestinationConfig: { OnFailure: { Destination: queueArn } },
    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    ...properties,
  },
});
const outbox = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'outbox',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  },
};

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

let tableCount = 0;
/** A stack of one function, or of more, that reads its own table. */
async function service({
  statements = [reading, telling] as object[],
  mapping = {},
  names = ['worker'],
  now = Date.now,
  timeout = 60,
} = {}) {
  tableCount += 1;
  const TableName = `outbox-${tableCount}`;
  const ids = names.map((name) => name.charAt(0).toUpperCase() + name.slice(1));
  const stack = await madeStack({
    functions: Object.fromEntries(names.map((name) => [name, { source, statements, timeout }])),
    resources: {
      Outbox: { ...outbox, Properties: { ...outbox.Properties, TableName } },
      Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'letters' } },
      ...Object.fromEntries(ids.map((id) => [`${id}Mapping`, mappingTo(id, mapping)])),
    },
  });
  const template = resolveTemplate(stack.template);
  const { endpoint } = dynamo;
  await createResources(plain(template), { dynamodb: endpoint, s3: endpoint });
  const functions = startFunctions({ template, directory: stack.directory, environment: {} });
  const gate = await startIamGate({ template, functions: () => functions, emulators: { dynamodb: endpoint, s3: endpoint, ssm: endpoint } });
  const streams = startStreams({ template, functions, gate, endpoint, now: () => new Date(now()) });
  const place = { endpoint, region: template.place.region, credentials: localCredentials };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(place));
  stops.push(stack.remove, functions.stop, gate.stop, streams.stop, () => client.destroy());
  let rows = 0;
  return {
    streams,
    gate,
    client,
    TableName,
    async put(...all: string[]) {
      for (const does of all) {
        rows += 1;
        await client.send(new PutCommand({ TableName, Item: { id: `${does}-${rows}`, does } }));
      }
    },
    did: (name = 'worker') => did(functions, name),
    sizes: (name = 'worker') => streams.handed(name).map(({ Records }) => Records.length),
    failed: () =>
      streams.deadLetters().map(({ requestContext, DDBStreamBatchInfo: { batchSize } }) => [requestContext.condition, batchSize]),
  };
}

const did = (functions: Functions, name: string) => functions.logs(name).flatMap(({ json }) => (json?.['did'] as string) ?? []);
const plain = ({ resources }: Template) =>
  Object.fromEntries(
    resources
      .filter(({ type }) => type === 'AWS::DynamoDB::Table')
      .map(({ id, type, properties }) => [id, { Type: type, Properties: properties }]),
  );

describe('a function that reads a stream', () => {
  it('gets every new row once and in order, in batches of the declared size, and nothing before the test asks for it', async () => {
    const { put, streams, did, sizes, failed } = await service();
    await put(...Array(10).fill('ok'));
    expect(sizes()).toEqual([]);
    await streams.settled();
    expect(did()).toEqual(Array.from({ length: 10 }, (_, index) => `ok-${index + 1}`));
    expect(sizes()).toEqual([4, 4, 2]);
    await put('ok');
    await streams.settled();
    await streams.settled();
    expect(did()).toHaveLength(11);
    expect(failed()).toEqual([]);
  });

  it('gets its records in the form of AWS', async () => {
    const { put, streams, TableName } = await service();
    await put('ok');
    await streams.settled();
    expect(streams.handed('worker')).toEqual([
      {
        Records: [
          {
            eventID: expect.any(String),
            eventName: 'INSERT',
            eventVersion: '1.1',
            eventSource: 'aws:dynamodb',
            awsRegion: expect.any(String),
            eventSourceARN: expect.stringMatching(new RegExp(`:table/${TableName}/stream/`)),
            dynamodb: {
              ApproximateCreationDateTime: expect.any(Number),
              Keys: { id: { S: 'ok-1' } },
              NewImage: { id: { S: 'ok-1' }, does: { S: 'ok' } },
              SequenceNumber: expect.any(String),
              SizeBytes: expect.any(Number),
              StreamViewType: 'NEW_IMAGE',
            },
          },
        ],
      },
    ]);
  });

  it('does not run for filtered records', async () => {
    const { put, streams, client, TableName, sizes } = await service();
    await put('ok');
    await streams.settled();
    const change = { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 1 } };
    await client.send(new UpdateCommand({ TableName, Key: { id: 'ok-1' }, ...change }));
    await streams.settled();
    expect(sizes()).toEqual([1]);
  });

  it.each(['report', 'throw', 'exit', 'hang'])(
    'that cannot do one row (%s) does all the others, and that one is given up',
    async (does) => {
      const { put, streams, did, failed } = await service(does === 'hang' ? { timeout: 1 } : {});
      await put('ok', 'ok', does, 'ok', 'ok', 'ok');
      await streams.settled();
      expect(new Set(did())).toEqual(new Set(['ok-1', 'ok-2', 'ok-4', 'ok-5', 'ok-6']));
      expect(failed()).toEqual([['RetryAttemptsExhausted', 1]]);
    },
  );

  it('runs again if it was not reached, lost its answer or took too long', async () => {
    const { put, streams, did, sizes, failed } = await service();
    for (const kind of ['lost-before', 'lost-after'] as const) streams.fault('worker', kind);
    await put('ok');
    await streams.settled();
    expect([did(), sizes(), failed()]).toEqual([['ok-1', 'ok-1'], [1, 1, 1], []]);
  });

  it('may fail for one row only', async () => {
    const { put, streams, sizes } = await service();
    streams.fault('worker', 'lost-before', { times: 9, applies: ({ dynamodb }) => dynamodb?.Keys?.['id']?.S === 'ok-2' });
    await put('ok');
    await streams.settled();
    await put('ok');
    await streams.settled();
    expect(sizes()).toEqual([1, 1, 1, 1]);
  });

  it('never gets records that are too old', async () => {
    let late = 0;
    const { put, streams, sizes, failed } = await service({ now: () => Date.now() + late });
    await put('ok');
    late = 3_700_000;
    await streams.settled();
    expect([sizes(), failed()]).toEqual([[], [['RecordAgeExceeded', 1]]]);
  });

  it('works on several batches at once if allowed, and a bad row delays only its own lane', async () => {
    const { put, streams, did, failed } = await service({ mapping: { ParallelizationFactor: 10, MaximumRetryAttempts: -1, BatchSize: 1 } });
    const isFirst = ({ dynamodb }: DynamoDBRecord) => dynamodb?.Keys?.['id']?.S === 'ok-1';
    const fault = streams.fault('worker', 'lost-before', { times: Number.POSITIVE_INFINITY, applies: isFirst });
    await put(...Array(20).fill('ok'));
    const settling = streams.settled();
    await expect.poll(() => did().length).toBeGreaterThan(12);
    expect(did()).not.toContain('ok-1');
    fault.end();
    await settling;
    expect([did().length, failed()]).toEqual([20, []]);
  });

  it('is one of two that read the same stream, each at its own pace', async () => {
    const { put, streams, did } = await service({ names: ['worker', 'other'] });
    streams.fault('worker', 'lost-before', { times: 99 });
    await put('ok');
    await streams.settled();
    expect([did('worker'), did('other')]).toEqual([[], ['ok-1']]);
    expect(streams.deadLetters('worker')).toHaveLength(1);
    expect(streams.deadLetters('other')).toEqual([]);
  });

  it('reads continuously once it is told to', async () => {
    const { put, streams, did } = await service();
    streams.run();
    await put('ok', 'ok');
    await expect.poll(() => did().length).toBe(2);
  });
});

describe('the role of a function that reads a stream', () => {
  it('has to let Lambda read it', async () => {
    const { put, streams, gate } = await service({ statements: [{ ...reading, Action: reading.Action.slice(1) }, telling] });
    await put('ok');
    await expect(streams.settled()).rejects.toThrow('does not let Lambda read');
    expect(gate.denied()).toMatchObject([{ action: 'dynamodb:GetRecords' }]);
  });

  it('has to let Lambda write dead letters; otherwise they are lost', async () => {
    const { put, streams, gate } = await service({ statements: [reading] });
    await put('throw');
    await streams.settled();
    expect(streams.deadLetters()).toEqual([]);
    expect(gate.denied()).toMatchObject([{ action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-central-1:000000000000:letters' }]);
  });

  it('counts as used by it', async () => {
    const { put, streams, gate } = await service();
    await put('throw');
    expect(gate.unusedGrants()).toHaveLength(5);
    await streams.settled();
    expect(gate.unusedGrants()).toEqual([]);
  });
});
