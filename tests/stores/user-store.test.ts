import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toItem } from '#lib/users/user-item.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';
import { promisesOfUserStore } from './user-store.contract.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfUserStore('memory', async () => {
  const tables = memoryTables();
  return {
    users: memoryUserStore(tables),
    ownerOf: async (name) => tables.identifiers.get(name),
    hasEvent: async (id) => tables.events.some((event) => event.id === id),
  };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const put = async (TableName: string, Item: Record<string, unknown>) => await database.client.send(new PutCommand({ TableName, Item }));
  const own = async (name: string, id: string) =>
    await put(database.tables.IDENTIFIERS_TABLE, { identifier: name, user_id: id, kind: 'username' });
  const users = () => dynamoUserStore(database.tables, database.client);

  promisesOfUserStore(engine, async () => ({
    users: users(),
    ownerOf: async (name) => (await database.row(database.tables.IDENTIFIERS_TABLE, { identifier: name }))?.['user_id'],
    hasEvent: (id) => database.hasEvent(id),
  }));

  test('a name belongs to its current owner, even if an index still shows the former one', async () => {
    const [before, now] = [madeUser({ mobile: undefined }), madeUser({ mobile: undefined })];
    await put(database.tables.USERS_TABLE, toItem(before));
    await put(database.tables.USERS_TABLE, toItem(now));
    await own(before.username, now.id);
    expect(await users().findByIdentifier({ kind: 'username', value: before.username })).toMatchObject({ id: now.id });
  });

  test('a user is found even if no index has them yet', async () => {
    const { username_key, ...unindexed } = toItem(madeUser());
    await put(database.tables.USERS_TABLE, unindexed);
    await own(username_key, unindexed.id);
    expect(await users().findByIdentifier({ kind: 'username', value: username_key })).toMatchObject({ id: unindexed.id });
  });

  test('a name that was given up, or whose user is gone, finds no user, whatever an index shows', async () => {
    const former = madeUser({ mobile: undefined });
    await put(database.tables.USERS_TABLE, toItem(former));
    expect(await users().findByIdentifier({ kind: 'username', value: former.username })).toBeUndefined();
    const gone = madeUser();
    await own(gone.username, gone.id);
    expect(await users().findByIdentifier({ kind: 'username', value: gone.username })).toBeUndefined();
  });

  test('a lost answer after a user was added does not make the user collide with itself', async () => {
    const { client, met } = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    const user = madeUser();
    const event = registered(user);
    expect(await dynamoUserStore(database.tables, client).add(user, namesOf(user), event)).toBe('added');
    expect(met()).toBe(2);
    expect(await database.hasEvent(event.id)).toBe(true);
  });

  test('a lost answer after a picture was set still tells which one to remove', async () => {
    const user = madeUser({ avatar: 'old.webp' });
    await users().add(user, namesOf(user), registered(user));
    const { client } = withLostAnswers(database.connect(), { command: 'UpdateItemCommand', times: 1 });
    expect(await dynamoUserStore(database.tables, client).setAvatar(user.id, 'new.webp')).toEqual({ previous: 'old.webp' });
    expect((await users().get(user.id))?.avatar).toBe('new.webp');
  });

  test('a conflict with another write is tried again, and is then busy', async () => {
    const conflict = ['TransactionConflict', 'None', 'None', 'None', 'None'];
    const short = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 3 }, conflict);
    const user = madeUser();
    expect(await dynamoUserStore(database.tables, short.client).add(user, namesOf(user), registered(user))).toBe('added');
    const long = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, conflict);
    const other = madeUser();
    expect(await dynamoUserStore(database.tables, long.client).add(other, namesOf(other), registered(other))).toBe('busy');
    expect(await users().get(other.id)).toBeUndefined();
  });

  test('a transaction that DynamoDB throttles is busy, not a fault', async () => {
    const reasons = ['None', 'ThrottlingError', 'None', 'None', 'None'];
    const { client } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, reasons);
    const user = madeUser();
    expect(await dynamoUserStore(database.tables, client).add(user, namesOf(user), registered(user))).toBe('busy');
  });
});
