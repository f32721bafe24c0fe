import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeApiToken } from '../lib/api-tokens/made-api-token.ts';
import { afterNoon, noon } from '../lib/sessions/made-session.ts';
import { created, promisesOfApiTokenStore, revoked } from './api-token-store.contract.ts';
import { memoryApiTokenStore } from './api-token-store.memory.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { memorySessionStore } from './session-store.memory.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfApiTokenStore('memory', async () => {
  const tables = memoryTables();
  return {
    tokens: memoryApiTokenStore(tables),
    users: memoryUserStore(tables),
    sessions: memorySessionStore(tables),
    hasEvent: async (id) => tables.events.some((event) => event.id === id),
  };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const tokens = () => dynamoApiTokenStore(database.tables, database.client);

  promisesOfApiTokenStore(engine, async () => ({
    tokens: tokens(),
    users: dynamoUserStore(database.tables, database.client),
    sessions: dynamoSessionStore(database.tables, database.client),
    hasEvent: (id) => database.hasEvent(id),
  }));

  test('a lost answer after a token was added or removed counts once', async () => {
    const { token } = madeApiToken();
    const losing = () =>
      dynamoApiTokenStore(database.tables, withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 }).client);
    expect(await losing().add(token, created(token), noon)).toBe('added');
    const event = revoked(token);
    expect(await losing().remove(token, event)).toBe('removed');
    expect([(await tokens().standingOf(token)).token, await database.hasEvent(event.id)]).toEqual([undefined, true]);
  });

  test('a place that other writes hold is busy and not taken', async () => {
    const { token } = madeApiToken();
    const conflict = ['TransactionConflict', 'None'];
    const busy = (times: number) => {
      const { client } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times }, conflict);
      return dynamoApiTokenStore(database.tables, client);
    };
    expect(await busy(99).add(token, created(token), noon)).toBe('busy');
    expect(await busy(3).add(token, created(token), noon)).toBe('added');
    expect(await busy(99).remove(token, revoked(token))).toBe('busy');
    expect(await busy(3).remove(token, revoked(token))).toBe('removed');
  });

  test('the row has the hash and not the token, and no expiry if the token does not expire', async () => {
    const { token, text } = madeApiToken();
    await tokens().add(token, created(token), noon);
    const stored = await database.row(database.tables.API_TOKENS_TABLE, { user_id: token.userId, place: token.id.slice(0, 2) });
    expect(stored).toMatchObject({ hash: token.hash });
    expect(stored).not.toHaveProperty('expires_at');
    expect(JSON.stringify(stored)).not.toContain(text.slice(30, 60));
  });

  test('recording a use gives up before a request waits long', async () => {
    const { token } = madeApiToken();
    await tokens().add(token, created(token), noon);
    const slow = database.connect();
    slow.middlewareStack.add(
      (next) => async (given) => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        return await next(given);
      },
      { step: 'finalizeRequest', name: 'slow', priority: 'low' },
    );
    await expect(dynamoApiTokenStore(database.tables, slow).noteUse(token, afterNoon(1))).rejects.toMatchObject({ name: 'AbortError' });
  });
});
