import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoDirectoryStore } from '#lib/users/directory-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { promisesOfDirectoryStore } from './directory-store.contract.ts';
import { memoryDirectoryStore } from './directory-store.memory.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfDirectoryStore('memory', async () => {
  const tables = memoryTables();
  return { directory: memoryDirectoryStore(tables), users: memoryUserStore(tables) };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());
  const directory = () => dynamoDirectoryStore(database.tables, database.client);

  promisesOfDirectoryStore(engine, async () => ({
    directory: directory(),
    users: dynamoUserStore(database.tables, database.client),
  }));

  test('an outdated index entry is not believed: a role was taken away, a user is gone, a suspension is lifted', async () => {
    const [demoted, gone, stays] = [1, 2, 3].map((second) =>
      madeUser({ roles: ['keeper'], dateJoined: new Date(Date.UTC(2100, 0, 1, 0, 0, second)) }),
    );
    for (const user of [demoted, gone, stays])
      if (user) await dynamoUserStore(database.tables, database.client).add(user, namesOf(user), registered(user));
    const TableName = database.tables.USERS_TABLE;
    const update = {
      UpdateExpression: 'SET #roles = :none',
      ExpressionAttributeNames: { '#roles': 'roles' },
      ExpressionAttributeValues: { ':none': [] },
    };
    await database.client.send(new UpdateCommand({ TableName, Key: { id: demoted?.id }, ...update }));
    await database.client.send(new DeleteCommand({ TableName, Key: { id: gone?.id } }));
    const { users, next } = await directory().page({ by: 'role', role: 'keeper' }, { limit: 3, after: undefined });
    expect([users.map(({ id }) => id), next]).toEqual([[stays?.id], undefined]);
    const letIn = { UpdateExpression: 'SET is_active = :no', ExpressionAttributeValues: { ':no': false } };
    await database.client.send(new UpdateCommand({ TableName, Key: { id: stays?.id }, ...letIn }));
    const active = await directory().page({ by: 'joined', state: 'active' }, { limit: 5, after: undefined });
    expect(active.users.map(({ id }) => id)).not.toContain(stays?.id);
  });
});
