import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { dynamoStandingStore } from '#lib/tokens/standing-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeSession, noon } from '../lib/sessions/made-session.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { memorySessionStore } from './session-store.memory.ts';
import { promisesOfStandingStore } from './standing-store.contract.ts';
import { memoryStandingStore } from './standing-store.memory.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfStandingStore('memory', async () => {
  const tables = memoryTables();
  return {
    standing: memoryStandingStore(tables),
    users: memoryUserStore(tables),
    sessions: memorySessionStore(tables),
    blacklist: async (id, until) => void tables.blacklist.set(id, until),
  };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  promisesOfStandingStore(engine, async () => ({
    standing: dynamoStandingStore(database.tables, database.client),
    users: dynamoUserStore(database.tables, database.client),
    sessions: dynamoSessionStore(database.tables, database.client),
    blacklist: async (id, until) => {
      const row = { TableName: database.tables.TOKEN_BLACKLIST_TABLE, Item: { id, expires_at: until } };
      await database.client.send(new PutCommand(row));
    },
  }));

  test('a function that may not read sessions does not read them', async () => {
    const { SESSIONS_TABLE, ...allowed } = database.tables;
    const session = madeSession();
    await dynamoSessionStore(database.tables, database.client).add(session);
    const claims = {
      token_type: 'refresh',
      exp: 1,
      iat: 1,
      jti: session.jti,
      user_id: session.userId,
      sid: session.sid,
      epoch: 0,
    } as const;
    expect(await dynamoStandingStore(allowed, database.client).standingOf(claims, noon)).toMatchObject({ generation: undefined });
    const asked: string[] = [];
    const client = database.connect();
    client.middlewareStack.add((next) => async (given) => {
      asked.push(JSON.stringify(given.input));
      return await next(given);
    });
    await dynamoStandingStore(allowed, client).standingOf(claims, noon);
    expect(asked.join()).not.toContain(SESSIONS_TABLE);
  });
});
