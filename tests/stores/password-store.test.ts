import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { dynamoPasswordStore } from '#lib/users/password-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeSession } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { changeOf, promisesOfPasswordStore } from './password-store.contract.ts';
import { memoryPasswordStore } from './password-store.memory.ts';
import { memorySessionStore } from './session-store.memory.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfPasswordStore('memory', async () => {
  const tables = memoryTables();
  return {
    store: memoryPasswordStore(tables),
    users: memoryUserStore(tables),
    sessions: memorySessionStore(tables),
    blacklistedUntil: async (id) => tables.blacklist.get(id),
    hasEvent: async (id) => [...tables.events, ...tables.messages].some((row) => row.id === id),
  };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const users = () => dynamoUserStore(database.tables, database.client);
  const sessions = () => dynamoSessionStore(database.tables, database.client);
  const somebody = async () => {
    const user = madeUser();
    await users().add(user, namesOf(user), registered(user));
    const session = madeSession({ userId: user.id });
    await sessions().add(session);
    return { user, session };
  };

  promisesOfPasswordStore(engine, async () => ({
    store: dynamoPasswordStore(database.tables, database.client),
    users: users(),
    sessions: sessions(),
    blacklistedUntil: async (id) => (await database.row(database.tables.TOKEN_BLACKLIST_TABLE, { id }))?.['expires_at'],
    hasEvent: database.hasEvent,
  }));

  test('a lost answer after a change counts once', async () => {
    const { user, session } = await somebody();
    const { client } = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    const change = changeOf(user, session);
    expect(await dynamoPasswordStore(database.tables, client).change(change)).toBe('changed');
    expect(await users().get(user.id)).toMatchObject({ password: change.hash, tokenEpoch: 1 });
    expect(await sessions().get(session)).toEqual(change.session?.next);
  });

  test('a change that other writes hold up is tried four times and is then busy', async () => {
    const { user, session } = await somebody();
    const conflict = ['None', 'None', 'TransactionConflict'];
    const { client, met } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, conflict);
    expect([await dynamoPasswordStore(database.tables, client).change(changeOf(user, session)), met()]).toEqual(['busy', 4]);
    const short = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 3 }, conflict);
    expect(await dynamoPasswordStore(database.tables, short.client).change(changeOf(user, session))).toBe('changed');
  });
});
