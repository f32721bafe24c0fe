import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTable } from '#local/emulators/create-table.ts';
import { availableDynamoEngines, startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Run } from '#local/streams/deliver.ts';
import { startLocalStreams } from '#local/streams/local-streams.ts';
import { readMapping } from '#local/streams/mapping.ts';

/** A function that records its events and answers as a test says; it cannot be reached until it is opened. */
function madeFunction() {
  const heard: string[] = [];
  let respond: (ids: string[]) => Run | 'never' = () => ({ answered: null });
  let isOpen = false;
  const gone = Promise.withResolvers<Run>();
  return {
    heard,
    answer(next: typeof respond) {
      respond = next;
    },
    open() {
      isOpen = true;
    },
    close: () => gone.resolve('not-run'),
    async run(records: readonly DynamoDBRecord[]): Promise<Run> {
      if (!isOpen) return 'not-run';
      const ids = records.map(({ dynamodb }) => dynamodb?.NewImage?.['id']?.S ?? '');
      heard.push(...ids);
      const answer = respond(ids);
      return answer === 'never' ? await gone.promise : answer;
    },
  };
}

describe.each(availableDynamoEngines())('the streams of a laptop on %s', (engine) => {
  let folder: string;
  let dynamo: Awaited<ReturnType<typeof startDynamo>>;
  let client: DynamoDBClient;
  const stops: (() => unknown)[] = [];
  let count = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'streams-'));
    dynamo = await startDynamo({ engine });
    client = new DynamoDBClient({ endpoint: dynamo.endpoint, region: 'us-east-1', credentials: localCredentials });
  }, 60_000);
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(async () => {
    client.destroy();
    await dynamo.stop();
    rmSync(folder, { recursive: true });
  });

  async function service() {
    count += 1;
    const table = `outbox-${count}`;
    await createTable(client, table, {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    const lambda = madeFunction();
    stops.unshift(lambda.close);
    const lines: string[] = [];
    const positionsFile = join(folder, `${table}.json`);
    const mapping = readMapping({
      FunctionName: 'worker',
      EventSourceArn: `arn:aws:dynamodb:local:000000000000:table/${table}/stream/local`,
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: 'the log' } },
    });
    const start = async () => {
      const log = (line: string) => lines.push(line);
      const started = await startLocalStreams({
        mappings: [{ name: 'worker', mapping, table }],
        endpoint: dynamo.endpoint,
        run: (_, records) => lambda.run(records),
        positionsFile,
        log,
      });
      stops.push(started.stop);
      return started;
    };
    const put = async (id: string) => await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: id } } }));
    const hears = async (...ids: string[]) => await expect.poll(() => lambda.heard).toEqual(ids);
    return { lambda, lines, start, put, hears, positionsFile };
  }

  test('deliver each change once, and after a restart the changes made meanwhile', async () => {
    const { lambda, start, put, hears } = await service();
    lambda.open();
    await put('a');
    const first = await start();
    await hears('a');
    await put('b');
    await hears('a', 'b');
    await first.stop();
    await put('c');
    await start();
    await put('d');
    await hears('a', 'b', 'c', 'd');
  });

  test('deliver again after a restart the records of an interrupted function', async () => {
    const { lambda, start, put, hears } = await service();
    lambda.open();
    lambda.answer(() => 'never');
    await put('a');
    await start(); // never stopped, as if it had been killed
    await hears('a');
    lambda.answer(() => ({ answered: null }));
    await start();
    await hears('a', 'a');
  });

  test('wait for functions that cannot be reached yet, without counted attempts', async () => {
    const { lambda, lines, start, put, hears } = await service();
    await put('a');
    await start();
    setTimeout(lambda.open, 500);
    await hears('a');
    expect(lines).toEqual([]);
  });

  test('log the records that were given up', async () => {
    const { lambda, lines, start, put } = await service();
    lambda.open();
    lambda.answer(() => 'failed');
    await put('a');
    await start();
    await expect.poll(() => lines.length).toBe(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      event: 'dead_letter',
      function: 'worker',
      condition: 'RetryAttemptsExhausted',
      records: 1,
    });
  });

  test('start again if the positions cannot be read', async () => {
    const { lambda, start, put, hears, positionsFile } = await service();
    lambda.open();
    writeFileSync(positionsFile, '{"half');
    await put('a');
    await start();
    await hears('a');
  });
});
