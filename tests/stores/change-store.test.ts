import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { noticeTo } from '#lib/users/notice.ts';
import type { Undo } from '#lib/users/undo.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserReader } from '#lib/users/user-reader.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { eventOf, promisesOfChangeStore } from './change-store.contract.ts';
import { memoryChangeStore, memoryUserReader } from './change-store.memory.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfChangeStore('memory', async () => {
  const tables = memoryTables();
  return {
    store: memoryChangeStore(tables),
    reader: memoryUserReader(tables),
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

  const users = () => dynamoUserStore(database.tables, database.client);
  const store = () => dynamoChangeStore(database.tables, database.client);
  const somebody = async (given: Partial<User> = {}) => {
    const user = madeUser(given);
    await users().add(user, namesOf(user), registered(user));
    return user;
  };
  const membersOf = async (role: string) => {
    const query = {
      KeyConditionExpression: '#role = :role',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: { ':role': role },
    };
    const { Items = [] } = await database.client.send(
      new QueryCommand({ TableName: database.tables.ROLES_TABLE, ConsistentRead: true, ...query }),
    );
    return Items.map(({ user_id }) => user_id);
  };

  promisesOfChangeStore(engine, async () => ({
    store: store(),
    reader: dynamoUserReader(database.tables, database.client),
    users: users(),
    ownerOf: async (name) => (await database.row(database.tables.IDENTIFIERS_TABLE, { identifier: name }))?.['user_id'],
    hasEvent: database.hasEvent,
  }));

  test('the rows of roles follow the roles, and are deleted with the user', async () => {
    const [kept, gone, come] = ['kept', 'gone', 'come'].map((name) => `${engine}-${name}`) as [string, string, string];
    const user = await somebody({ roles: [kept, gone] });
    const next = { ...user, roles: [come, kept] };
    const outcome = await store().change({ found: user, next, events: [eventOf(user.id, 'roles_changed')], isExact: false });
    expect(outcome).toEqual({ changed: { ...next, version: user.version + 1 } });
    expect(await Promise.all([kept, gone, come].map(membersOf))).toEqual([[user.id], [], [user.id]]);
    await store().remove({ ...next, version: user.version + 1 }, eventOf(user.id, 'user_deleted'));
    expect(await Promise.all([kept, gone, come].map(membersOf))).toEqual([[], [], []]);
  });

  test('a suspension moves a user to the suspended part of the directory', async () => {
    const user = await somebody();
    const before = await database.row(database.tables.USERS_TABLE, { id: user.id });
    const next = { ...user, isActive: false, suspension: { at: new Date() } };
    await store().change({ found: user, next, events: [eventOf(user.id, 'user_suspended')], isExact: false });
    const after = await database.row(database.tables.USERS_TABLE, { id: user.id });
    expect([before?.['directory'], after?.['directory']]).toEqual([
      expect.stringMatching(/^active#/),
      expect.stringMatching(/^suspended#/),
    ]);
  });

  test.for([
    ['UpdateItemCommand', {}, false],
    ['UpdateItemCommand', {}, true],
    ['TransactWriteItemsCommand', { email: 'lost@example.com' }, false],
  ] as const)('a lost answer to %s counts once', async ([command, names, isExact]) => {
    const user = await somebody();
    const { client, met } = withLostAnswers(database.connect(), { command, times: 2 });
    const next = { ...user, ...names, name: 'Another' };
    const events = command === 'UpdateItemCommand' ? [] : [eventOf(user.id)];
    const outcome = await dynamoChangeStore(database.tables, client).change({ found: user, next, events, isExact });
    expect([outcome, met()]).toEqual([{ changed: { ...next, version: user.version + 1 } }, 2]);
  });

  test('an exchange leaves ways back and a notice, all or nothing, unless the ways back changed meanwhile', async () => {
    const user = await somebody();
    const find = async () => (await dynamoAddressStore(database.tables, database.client).find(user.id))?.undos;
    const undo = { ref: 'a'.repeat(22), kind: 'email', before: user.email, wasVerified: false, expiresAt: 2_000_000_000 } as const;
    const about = { client: { address: '192.0.2.1' }, language: 'en', now: new Date() } as const;
    const message = noticeTo({ kind: 'email', value: user.email }, 'email-changed', { user, ...about });
    const exchanged = async (found: User, before: readonly Undo[], undos: readonly Undo[]) => {
      const next = { ...found, email: madeUser().email };
      const exchange = { before, undos, news: [message] };
      return await store().change({ found, next, events: [eventOf(user.id)], isExact: false, exchange });
    };
    expect(await exchanged(user, [undo], [undo, undo])).toBe('changed-meanwhile');
    expect([await find(), await database.hasEvent(message.id)]).toEqual([[], false]);
    const outcome = await exchanged(user, [], [undo]);
    expect(outcome).toMatchObject({ changed: { version: user.version + 1 } });
    expect([await find(), await database.hasEvent(message.id)]).toEqual([[undo], true]);
    const found = (await users().get(user.id)) as User;
    expect(await exchanged(found, [], [undo])).toBe('changed-meanwhile');
    await store().change({ found, next: { ...found, name: 'Another' }, events: [], isExact: false });
    expect(await find()).toEqual([undo]);
  });

  test('a lost answer to a deletion counts as a deletion', async () => {
    const user = await somebody();
    const { client } = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    expect(await dynamoChangeStore(database.tables, client).remove(user, eventOf(user.id, 'user_deleted'))).toBe('removed');
  });

  test('a name that a restored backup gave to another user stays theirs, and does not prevent a deletion', async () => {
    const user = await somebody();
    await database.client.send(
      new PutCommand({ TableName: database.tables.IDENTIFIERS_TABLE, Item: { identifier: user.email, kind: 'email', user_id: 'another' } }),
    );
    const event = eventOf(user.id, 'user_deleted');
    expect([await store().remove(user, event), await database.hasEvent(event.id)]).toEqual(['removed', true]);
    expect(await users().get(user.id)).toBeUndefined();
    expect(await database.row(database.tables.IDENTIFIERS_TABLE, { identifier: user.email })).toMatchObject({ user_id: 'another' });
    expect(await database.row(database.tables.IDENTIFIERS_TABLE, { identifier: user.username })).toBeUndefined();
  });

  test('a change that other writes hold up is tried four times and is then busy', async () => {
    const user = await somebody();
    const { client, met } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, [
      'TransactionConflict',
    ]);
    const next = { ...user, email: 'busy@example.com' };
    const busy = dynamoChangeStore(database.tables, client);
    expect([await busy.change({ found: user, next, events: [eventOf(user.id)], isExact: false }), met()]).toEqual(['busy', 4]);
    expect(await busy.remove(user, eventOf(user.id, 'user_deleted'))).toBe('busy');
  });
});
