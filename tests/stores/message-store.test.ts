import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '#lib/ids.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { dynamoMessageStore } from '#lib/messages/message-store.dynamo.ts';
import { madeMessage, noon } from '../lib/messages/made-message.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { promisesOfMessageStore } from './message-store.contract.ts';
import { memoryMessageStore } from './message-store.memory.ts';
import { withLostAnswers } from './trouble.ts';

promisesOfMessageStore('memory', async () => memoryMessageStore());

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const write = async (id: string) => {
    const Item = messageItem(madeMessage({ id, values: { address: '192.0.2.1' } }));
    await database.client.send(new PutCommand({ TableName: database.tables.OUTBOX_TABLE, Item }));
  };
  const claim = (id: string) => ({ id, by: randomId(), now: noon, until: new Date(noon.getTime() + 30_000) });

  promisesOfMessageStore(engine, async () => ({ store: dynamoMessageStore(database.tables, database.client), write }));

  test('the address of a message and what its secret was made from are deleted when it ends', async () => {
    const id = randomUUID();
    await write(id);
    const store = dynamoMessageStore(database.tables, database.client);
    const mine = claim(id);
    await store.claim(mine);
    await store.settle(mine, 'sent', noon);
    const row = await database.row(database.tables.OUTBOX_TABLE, { id });
    expect(row).toMatchObject({ state: 'sent', settled_at: noon.toISOString(), template: 'code' });
    expect(['to', 'values', 'secret_ref', 'secret_ends_at'].filter((name) => name in (row ?? {}))).toEqual([]);
  });

  test('a lost answer to a claim counts once and as its own', async () => {
    const id = randomUUID();
    await write(id);
    const { client, met } = withLostAnswers(database.connect(), { command: 'UpdateItemCommand', times: 1 });
    expect(await dynamoMessageStore(database.tables, client).claim(claim(id))).toBe('claimed');
    expect(met()).toBe(1);
  });

  test('a lost answer to an end does not change it', async () => {
    const id = randomUUID();
    await write(id);
    const mine = claim(id);
    await dynamoMessageStore(database.tables, database.client).claim(mine);
    const { client, met } = withLostAnswers(database.connect(), { command: 'UpdateItemCommand', times: 1 });
    expect(await dynamoMessageStore(database.tables, client).settle(mine, 'sent', noon)).toBe('settled');
    expect(met()).toBe(1);
  });
});
