import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoAuditStore } from '#lib/audit/audit-store.dynamo.ts';
import { placeOf } from '#lib/audit/entry.ts';
import { toItem } from '#lib/users/user-item.ts';
import { madeUser } from '../lib/users/made-user.ts';
import { madeEntry, promisesOfAuditStore } from './audit-store.contract.ts';
import { memoryAuditStore } from './audit-store.memory.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';

promisesOfAuditStore('memory', async () => {
  const tables = memoryTables();
  return { audit: memoryAuditStore(tables), addUser: async (id) => void tables.users.set(id, madeUser({ id })) };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const kept = (seconds: number) => dynamoAuditStore({ ...database.tables, AUDIT_RETENTION: seconds }, database.client);

  promisesOfAuditStore(engine, async () => ({
    audit: kept(86_400),
    addUser: async (id) =>
      void (await database.client.send(new PutCommand({ TableName: database.tables.USERS_TABLE, Item: toItem(madeUser({ id })) }))),
  }));

  test('a row expires after the retention, and never without one', async () => {
    const [entry, lasting] = [madeEntry({ userId: 'ann' }), madeEntry({ userId: 'ann' })];
    await kept(60).put(entry);
    await kept(0).put(lasting);
    const row = (each: typeof entry) => database.row(database.tables.AUDIT_TABLE, { user_id: 'ann', at_id: placeOf(each) });
    expect((await row(entry))?.['expires_at']).toBe(entry.at.getTime() / 1000 + 60);
    expect(await row(lasting)).not.toHaveProperty('expires_at');
  });
});
