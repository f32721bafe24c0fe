import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTable } from '#local/emulators/create-table.ts';
import { startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { startLocalStreams } from '#local/streams/local-streams.ts';
import { readMapping } from '#local/streams/mapping.ts';
import { engines } from '../../stores/engines.ts';

/** A Lambda that hears what functions are handed, and answers as a test says. */
async function madeLambda() {
  const heard: string[] = [];
  let respond: (ids: string[]) => { status?: number; isError?: boolean; body?: unknown } | 'never' = () => ({});
  let server: Server | undefined;
  const port = await freePort();
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    answer(next: typeof respond) {
      respond = next;
    },
    async open() {
      server = createServer(async (request, response) => {
        const event = JSON.parse(await text(request)) as DynamoDBStreamEvent;
        const ids = event.Records.map(({ dynamodb }) => dynamodb?.NewImage?.['id']?.S ?? '');
        heard.push(...ids);
        const answer = respond(ids);
        if (answer === 'never') return;
        response.writeHead(answer.status ?? 200, answer.isError ? { 'x-amz-function-error': 'Unhandled' } : {});
        response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
      });
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    },
    close() {
      server?.close();
      server?.closeAllConnections();
    },
  };
}

describe.each(engines)('the streams of a laptop on %s', (engine) => {
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

  async function house() {
    count += 1;
    const table = `outbox-${count}`;
    await createTable(client, table, {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    const lambda = await madeLambda();
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
        mappings: [{ mapping, table }],
        endpoint: dynamo.endpoint,
        lambdaUrl: lambda.url,
        positionsFile,
        log,
      });
      stops.push(started.stop);
      return started;
    };
    stops.push(lambda.close);
    const put = async (id: string) => await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: id } } }));
    const hears = async (...ids: string[]) => await expect.poll(() => lambda.heard, { timeout: 10_000 }).toEqual(ids);
    return { lambda, lines, start, put, hears, positionsFile };
  }

  test('deliver once what is written, and after a restart what was written meanwhile', async () => {
    const { lambda, start, put, hears } = await house();
    await lambda.open();
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

  test('deliver again after a restart what a function was busy with when everything ended', async () => {
    const { lambda, start, put, hears } = await house();
    await lambda.open();
    lambda.answer(() => 'never');
    await put('a');
    await start(); // never stopped, as if it had been killed
    await hears('a');
    lambda.answer(() => ({}));
    await start();
    await hears('a', 'a');
    lambda.close();
  });

  test('wait for functions that cannot be reached yet, which costs no try', async () => {
    const { lambda, lines, start, put, hears } = await house();
    await put('a');
    await start();
    setTimeout(() => void lambda.open(), 500);
    await hears('a');
    expect(lines).toEqual([]);
  });

  test('say in the log what was given up', async () => {
    const { lambda, lines, start, put } = await house();
    await lambda.open();
    lambda.answer(() => ({ isError: true, body: { errorMessage: 'no' } }));
    await put('a');
    await start();
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      event: 'dead_letter',
      function: 'worker',
      condition: 'RetryAttemptsExhausted',
      records: 1,
    });
  });

  test('begin anew where what was kept cannot be read', async () => {
    const { lambda, start, put, hears, positionsFile } = await house();
    await lambda.open();
    writeFileSync(positionsFile, '{"half');
    await put('a');
    await start();
    await hears('a');
  });
});
