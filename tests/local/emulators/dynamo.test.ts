import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { availableDynamoEngines, startDynamo } from '#local/emulators/dynamo.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dynamo-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const client = (endpoint: string) => new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: localCredentials });
const table: CreateTableCommandInput = {
  TableName: 'table',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

describe.each(availableDynamoEngines())('%s', (engine) => {
  test('keeps the rows in its directory, also across a restart', { timeout: 60_000 }, async () => {
    const first = await startDynamo({ engine, directory });
    const Item = { id: { S: '1' } };
    await client(first.endpoint).send(new CreateTableCommand(table));
    await client(first.endpoint).send(new PutItemCommand({ TableName: 'table', Item }));
    await first.stop();
    const second = await startDynamo({ engine, directory });
    expect((await client(second.endpoint).send(new GetItemCommand({ TableName: 'table', Key: Item }))).Item).toEqual(Item);
    await second.stop();
  });

  test('without a directory starts empty, listens where it says, and is gone after stop, which may be asked twice', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const dynamo = await startDynamo({ engine, port });
    expect(dynamo.endpoint).toBe(`http://127.0.0.1:${port}`);
    expect((await client(dynamo.endpoint).send(new ListTablesCommand({}))).TableNames).toEqual([]);
    await dynamo.stop();
    await dynamo.stop();
    await expect(fetch(dynamo.endpoint)).rejects.toThrow();
  });
});

test.runIf(availableDynamoEngines().includes('dynoxide'))('a broken database and a busy port fail the start', async () => {
  writeFileSync(join(directory, 'dynoxide.db'), 'this is no database, however long one looks at it. '.repeat(100));
  await expect(startDynamo({ engine: 'dynoxide', directory })).rejects.toThrow(/did not start.*SQLite/);
  const port = await freePort();
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  await expect(startDynamo({ engine: 'dynoxide', port })).rejects.toThrow(/did not start.*in use/);
  taken.close();
});
