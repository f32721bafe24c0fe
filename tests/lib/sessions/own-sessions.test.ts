import { describe, expect, test } from 'vitest';
import { randomId } from '#lib/ids.ts';
import { endOneSession } from '#lib/sessions/end-session.ts';
import { listSessions } from '#lib/sessions/list-sessions.ts';
import type { Session } from '#lib/sessions/session.ts';
import { viewSessions } from '#lib/sessions/session-view.ts';
import { sessionKey } from '../../stores/memory-tables.ts';
import { rules } from '../tokens/made-token.ts';
import { madeSession, noon } from './made-session.ts';
import { madeSignIn } from './made-sign-in.ts';

const second = noon.getTime() / 1000;

async function madeOwner(given: Parameters<typeof madeSignIn>[0] = {}) {
  const service = await madeSignIn(given);
  const { tables, user, needs } = service;
  return {
    ...service,
    list: async () => await listSessions({ ...needs, users: service.users }, { sub: user.id }),
    also(given: Partial<Session> = {}): Session {
      const session = madeSession({ userId: user.id, epoch: user.tokenEpoch, ...given });
      tables.sessions.set(sessionKey(session), session);
      return session;
    },
  };
}

describe('a user’s sessions', () => {
  test('are listed newest first, to the millisecond', async () => {
    const { list, also, session } = await madeOwner();
    const [old, young] = [also({ openedAt: second - 60 }), also({ openedAt: second + 60 })];
    const twin = also({ rotatedAtMs: noon.getTime() + 1 });
    expect((await list()).map(({ sid }) => sid)).toEqual([young.sid, twin.sid, session()?.sid, old.sid]);
  });

  test('are listed while they are alive: neither idle for too long, nor ended, nor of another epoch or user', async () => {
    const { list, also, session } = await madeOwner();
    also({ expiresAt: second });
    also({ endsAt: second });
    also({ epoch: 0 });
    also({ userId: randomId() });
    expect(await list()).toEqual([session()]);
  });

  test('are listed even if they are of another epoch, if epochs are not checked', async () => {
    const more = { rules: { ...rules, checks: { ...rules.checks, epoch: false } } };
    const { list, also } = await madeOwner({ more });
    also({ epoch: 0 });
    expect(await list()).toHaveLength(2);
  });

  test('are listed up to a hundred', async () => {
    const { list, also } = await madeOwner();
    for (let count = 1; count <= 150; count += 1) also({ openedAt: second + count });
    const found = await list();
    expect([found.length, found[0]?.openedAt, found[99]?.openedAt]).toEqual([100, second + 150, second + 51]);
  });

  test('are not listed if the user is gone', async () => {
    const { list, tables } = await madeOwner();
    tables.users.clear();
    await expect(list()).rejects.toMatchObject({ code: 'user_not_found' });
  });

  test('show address, times and end, and which is the caller’s', () => {
    const session = madeSession({ device: 'Firefox', address: '192.0.2.9', rotatedAtMs: noon.getTime() + 5 });
    const shown = {
      id: session.sid,
      device: 'Firefox',
      address: '192.0.2.9',
      created_at: '2099-05-01T12:00:00.000Z',
      last_used_at: '2099-05-01T12:00:00.005Z',
      expires_at: '2099-05-01T13:00:00.000Z',
    };
    expect(viewSessions([session], session.sid)).toEqual({ results: [{ ...shown, current: true }] });
    expect(viewSessions([session], 'another')).toEqual({ results: [{ ...shown, current: false }] });
    expect(viewSessions([{ ...session, endsAt: second + 1 }], '').results[0]?.expires_at).toBe('2099-05-01T12:00:01.000Z');
  });
});

describe('one’s own session', () => {
  test('is ended by its id, with its tokens', async () => {
    const { first, needs, session, holds, user } = await madeOwner();
    await endOneSession(needs, { userId: user.id, sid: session()?.sid ?? '' });
    expect([session(), await holds(first.access), await holds(first.refresh)]).toEqual([undefined, false, false]);
  });

  test('is looked up by a well-formed id only, because a key may not be as long as a path', async () => {
    const { needs, user } = await madeOwner();
    const asked: string[] = [];
    needs.sessions.end = async ({ sid }) => {
      asked.push(sid);
      return 'absent';
    };
    for (const sid of ['', 'x'.repeat(5000), '\0', randomId().toUpperCase(), `${randomId()}\n`, '__proto__']) {
      await expect(endOneSession(needs, { userId: user.id, sid })).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(asked).toEqual([]);
  });

  test('is not found the second time, or if it is another user’s', async () => {
    const { needs, session, user, also } = await madeOwner();
    const { sid } = session() ?? expect.unreachable();
    await endOneSession(needs, { userId: user.id, sid });
    const foreign = also({ userId: randomId() });
    for (const id of [sid, foreign.sid, randomId()]) {
      await expect(endOneSession(needs, { userId: user.id, sid: id })).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});
