import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId, uuidv7 } from '#lib/ids.ts';
import { judgeReplay } from '#lib/sessions/session.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeMessage } from '../lib/messages/made-message.ts';
import { afterNoon, madeSession, noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { memoryTables } from './memory-tables.ts';
import { promisesOfSessionStore, theftFrom } from './session-store.contract.ts';
import { memorySessionStore } from './session-store.memory.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';
import { memoryUserStore } from './user-store.memory.ts';

promisesOfSessionStore('memory', async () => {
  const tables = memoryTables();
  return {
    sessions: memorySessionStore(tables),
    users: memoryUserStore(tables),
    blacklistedUntil: async (id) => tables.blacklist.get(id),
    hasEvent: async (id) => [...tables.openings, ...tables.events, ...tables.messages].some((row) => row.id === id),
  };
});

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const blacklistedUntil = async (id: string) => (await database.row(database.tables.TOKEN_BLACKLIST_TABLE, { id }))?.['expires_at'];
  const sessions = () => dynamoSessionStore(database.tables, database.client);
  const losing = (command: string, times: number) =>
    dynamoSessionStore(database.tables, withLostAnswers(database.connect(), { command, times }).client);

  promisesOfSessionStore(engine, async () => ({
    sessions: sessions(),
    users: dynamoUserStore(database.tables, database.client),
    blacklistedUntil,
    hasEvent: (id) => database.hasEvent(id),
  }));

  test('a row that lacks when it ends is a fault, not a session without an end', async () => {
    const session = madeSession();
    await sessions().add(session);
    const Key = { user_id: session.userId, sid: session.sid };
    await database.client.send(new UpdateCommand({ TableName: database.tables.SESSIONS_TABLE, Key, UpdateExpression: 'REMOVE ends_at' }));
    const words = `damaged row of sessions (user_id ${session.userId}, sid ${session.sid}): ends_at is undefined, not number`;
    await expect(sessions().get(session)).rejects.toThrow(words);
    await expect(sessions().list(session.userId, 10)).rejects.toThrow(words);
  });

  test('an answer that is lost after a session was opened opens it once', async () => {
    const session = madeSession();
    await losing('TransactWriteItemsCommand', 2).add(session);
    expect(await sessions().get(session)).toEqual(session);
  });

  test('a lost answer after a session was opened with a notice writes both once', async () => {
    const [session, notice] = [madeSession(), madeMessage({ template: 'new-device' })];
    await losing('TransactWriteItemsCommand', 2).add(session, notice);
    expect([await sessions().get(session), await database.hasEvent(notice.id)]).toEqual([session, true]);
  });

  test('a session id that is used twice is a fault, and does not overwrite the session', async () => {
    const session = madeSession();
    await sessions().add(session);
    await expect(sessions().add({ ...session, jti: randomId() })).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(await sessions().get(session)).toEqual(session);
  });

  test('a lost answer after a rotation is recognised by its request, even without a grace', async () => {
    const session = madeSession();
    await sessions().add(session);
    const [now, requestId, jti] = [afterNoon(60), randomId(), randomId()];
    const outcome = await losing('UpdateItemCommand', 1).rotate({ ...session, parent: 0, by: 'a client', jti, requestId, now });
    expect(outcome).toMatchObject({ found: { generation: 1, requestId, jti } });
    const found = 'found' in outcome ? outcome.found : undefined;
    expect(judgeReplay(found, { generation: 0, requestId, by: 'a client' }, now, 0)).toBe('retry');
    expect(judgeReplay(found, { generation: 0, requestId: 'another', by: 'a client' }, now, 0)).toBe('fork');
  });

  test('a lost answer after a foreign token was traded in or revoked counts once', async () => {
    const session = madeSession();
    const token = { jti: randomId(), until: noon.getTime() / 1000 };
    expect(await losing('TransactWriteItemsCommand', 2).adopt(session, token)).toBe('adopted');
    expect(await losing('TransactWriteItemsCommand', 2).spend({ ...token, jti: randomId() })).toBe('spent');
  });

  test('a session that other writes keep from opening is unavailable', async () => {
    const { client } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, ['TransactionConflict']);
    await expect(dynamoSessionStore(database.tables, client).adopt(madeSession())).rejects.toMatchObject({ code: 'unavailable' });
    const session = madeSession();
    await sessions().add(session);
    expect(await dynamoSessionStore(database.tables, client).adopt(session)).toEqual({ found: session });
  });

  test('a lost answer after a renewal is repeated with the same result', async () => {
    const session = madeSession();
    await sessions().add(session);
    const { userId, sid, jti } = session;
    const renewed = { ...session, expiresAt: session.expiresAt + 60, rotatedAtMs: afterNoon(60).getTime() };
    const renewal = { userId, sid, jti, expiresAt: renewed.expiresAt, now: afterNoon(60) };
    expect(await losing('UpdateItemCommand', 2).renew(renewal)).toEqual(renewed);
    expect(await sessions().get(session)).toEqual(renewed);
  });

  test('a lost answer after a session was ended ends it once', async () => {
    const session = madeSession();
    await sessions().add(session);
    const event = theftFrom(session);
    await losing('TransactWriteItemsCommand', 2).end(session, event);
    expect([await sessions().get(session), await database.hasEvent(event.id)]).toEqual([undefined, true]);
  });

  test('a lost answer after a logout everywhere counts once', async () => {
    const user = madeUser();
    const users = dynamoUserStore(database.tables, database.client);
    await users.add(user, namesOf(user), registered(user));
    const event = { id: uuidv7(noon), type: 'all_sessions_ended', userId: user.id, at: noon } as const;
    expect(await losing('TransactWriteItemsCommand', 2).endAll(user.id, event)).toBe('ended');
    expect((await users.get(user.id))?.tokenEpoch).toBe(1);
  });

  test('sessions on several pages are all listed', { timeout: 60_000 }, async () => {
    const userId = randomId();
    const device = 'x'.repeat(250_000);
    for (let count = 0; count < 6; count += 1) await sessions().add(madeSession({ userId, device }));
    expect(await sessions().list(userId, 1000)).toHaveLength(6);
    expect(await sessions().list(userId, 5)).toHaveLength(5);
  });

  test('a session that other writes keep from ending is not reported as ended', async () => {
    const session = madeSession();
    await sessions().add(session);
    const conflict = ['TransactionConflict', 'None', 'None'];
    const { client, met } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, conflict);
    await expect(dynamoSessionStore(database.tables, client).end(session, theftFrom(session))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(met()).toBe(4);
    const short = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 3 }, conflict);
    await dynamoSessionStore(database.tables, short.client).end(session, theftFrom(session));
    expect(await sessions().get(session)).toBeUndefined();
  });

  test('a row that is replaced between being found and being deleted stays', async () => {
    const session = madeSession();
    await sessions().add(session);
    const client = database.connect();
    client.middlewareStack.add(
      (next, context) => async (given) => {
        const answer = await next(given);
        if (context['commandName'] !== 'QueryCommand') return answer;
        await sessions().remove([session]);
        await sessions().add({ ...session, jti: randomId(), openedAt: session.openedAt + 60, rotatedAtMs: afterNoon(60).getTime() });
        return answer;
      },
      { step: 'initialize', name: 'meanwhile' },
    );
    await dynamoSessionStore(database.tables, client).clearAway(session.userId, afterNoon(30));
    expect(await sessions().get(session)).toMatchObject({ openedAt: session.openedAt + 60 });
  });

  test('rows on several pages are all deleted', { timeout: 60_000 }, async () => {
    const userId = randomId();
    const device = 'x'.repeat(250_000);
    for (let count = 0; count < 6; count += 1) await sessions().add(madeSession({ userId, device }));
    await sessions().clearAway(userId, noon);
    expect(await sessions().list(userId, 1000)).toEqual([]);
  });

  test('a session’s row expires at the end of its idle time', async () => {
    const session = madeSession();
    await sessions().add(session);
    const { userId: user_id, sid } = session;
    expect(await database.row(database.tables.SESSIONS_TABLE, { user_id, sid })).toMatchObject({ expires_at: session.expiresAt });
  });
});
