import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoSuperuserStore } from '#lib/transfer/superuser-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { promisesOfSuperuserStore, promotionOf } from './superuser-store.contract.ts';
import { memorySuperuserStore } from './superuser-store.memory.ts';
import { withLostAnswers } from './trouble.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfSuperuserStore('memory', async () => {
  const tables = memoryTables();
  const hasEvent = async (id: string) => tables.events.some((event) => event.id === id);
  return { store: memorySuperuserStore(tables), users: memoryUserStore(tables), hasEvent };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  promisesOfSuperuserStore(engine, async () => ({
    store: dynamoSuperuserStore(database.tables, database.client),
    users: dynamoUserStore(database.tables, database.client),
    hasEvent: database.hasEvent,
  }));

  test('a lost answer counts once', async () => {
    const user = madeUser();
    await dynamoUserStore(database.tables, database.client).add(user, namesOf(user), registered(user));
    const { client } = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    expect(await dynamoSuperuserStore(database.tables, client).promote(user.id, promotionOf(user.id))).toBe('promoted');
  });
});
