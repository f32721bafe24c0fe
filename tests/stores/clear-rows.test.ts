import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clearRows } from '#lib/aws/clear-rows.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  test('rows are cleared by any attribute, also if DynamoDB reserves its name', async () => {
    const table = database.tables.SESSIONS_TABLE;
    const userId = randomUUID();
    const rows = [1, 2, 3].map((at) => ({ user_id: userId, sid: `s-${at}`, at }));
    for (const Item of rows) await database.client.send(new PutCommand({ TableName: table, Item }));
    const names = { '#at': 'at' };
    await clearRows(database.client, { table, userId, sortKey: 'sid', condition: '#at <= :end', names, values: { ':end': 2 } });
    const left = await Promise.all(rows.map(({ sid }) => database.row(table, { user_id: userId, sid })));
    expect(left).toEqual([undefined, undefined, rows[2]]);
  });

  test('rows are cleared by their sort key', async () => {
    const table = database.tables.SESSIONS_TABLE;
    const userId = randomUUID();
    const key = (sid: string) => ({ user_id: userId, sid });
    for (const sid of ['a', 'b']) await database.client.send(new PutCommand({ TableName: table, Item: key(sid) }));
    await clearRows(database.client, { table, userId, sortKey: 'sid', condition: 'sid <= :end', values: { ':end': 'a' } });
    expect([await database.row(table, key('a')), await database.row(table, key('b'))]).toEqual([undefined, key('b')]);
  });
});
