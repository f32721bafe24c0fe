import { describe, expect, test } from 'vitest';
import { randomId } from '#lib/ids.ts';
import { logOut } from '#lib/sessions/log-out.ts';
import type { LogoutScope } from '#lib/sessions/session.ts';
import { sessionKey } from '../../stores/memory-tables.ts';
import { quietly } from '../logged.ts';
import { rules } from '../tokens/made-token.ts';
import { madeSession } from './made-session.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

async function madeCaller(given: Parameters<typeof madeSignIn>[0] = {}) {
  const service = await madeSignIn(given);
  const caller = { sub: service.user.id, sid: String(claimsOf(service.first.access)['sid']) };
  return {
    ...service,
    caller,
    logOut: async (scope: LogoutScope, refresh?: string) => await quietly(() => logOut(service.needs, caller, { scope, refresh })),
    holdsAll: async (...pairs: { access: string; refresh: string }[]) =>
      await Promise.all(pairs.flatMap(({ access, refresh }) => [access, refresh]).map((text) => service.holds(text))),
  };
}

describe('logging out', () => {
  test('here ends the caller’s session, and no other', async () => {
    const { first, elsewhere, logOut, holdsAll, tables } = await madeCaller();
    const other = await elsewhere();
    await logOut('local');
    expect(await holdsAll(first, other)).toEqual([false, false, true, true]);
    expect(tables.events.map(({ type }) => type)).toEqual(['session_ended']);
  });

  test('elsewhere ends all sessions but the caller’s', async () => {
    const { first, elsewhere, logOut, holdsAll, tables } = await madeCaller();
    const others = [await elsewhere(), await elsewhere()];
    await logOut('others');
    expect(await holdsAll(first, ...others)).toEqual([true, true, false, false, false, false]);
    expect(tables.sessions.size).toBe(1);
    await logOut('others');
    expect(await holdsAll(first)).toEqual([true, true]);
  });

  test('everywhere ends the sessions one by one if epochs are not checked, and begins an epoch for codes and links', async () => {
    const more = { rules: { ...rules, checks: { ...rules.checks, epoch: false } } };
    const { first, elsewhere, logOut, holdsAll, tables, user, caller } = await madeCaller({ more });
    const others = [await elsewhere(), await elsewhere()];
    await logOut('global', others[0]?.refresh);
    expect(await holdsAll(first, ...others)).toEqual(Array(6).fill(false));
    expect([tables.sessions.size, tables.users.get(user.id)?.tokenEpoch]).toEqual([0, user.tokenEpoch + 1]);
    expect(tables.events.map(({ type }) => type)).toEqual(['session_ended', 'session_ended', 'all_sessions_ended', 'session_ended']);
    expect([...tables.blacklist.keys()].at(-1)).toBe(caller.sid);
    expect(await holdsAll(await elsewhere())).toEqual([true, true]);
  });

  test('everywhere ends all sessions at once and leaves no row', async () => {
    const { first, elsewhere, logOut, holdsAll, tables, user } = await madeCaller();
    const other = await elsewhere();
    await logOut('global');
    expect(await holdsAll(first, other)).toEqual([false, false, false, false]);
    expect(tables.users.get(user.id)?.tokenEpoch).toBe(user.tokenEpoch + 1);
    expect([tables.sessions.size, tables.blacklist.size]).toEqual([0, 0]);
    expect(tables.events.map(({ type }) => type)).toEqual(['all_sessions_ended']);
    expect(await holdsAll(await elsewhere())).toEqual([true, true]);
  });

  test('leaves other users alone', async () => {
    for (const scope of ['local', 'others', 'global'] as const) {
      const { logOut, tables } = await madeCaller();
      const stranger = madeSession();
      tables.sessions.set(sessionKey(stranger), stranger);
      await logOut(scope);
      expect(tables.sessions.get(sessionKey(stranger))).toEqual(stranger);
    }
  });

  test('elsewhere ends more sessions than one query returns', async () => {
    const { logOut, tables, caller } = await madeCaller();
    for (let count = 0; count < 1005; count += 1) {
      const session = madeSession({ userId: caller.sub, sid: randomId() });
      tables.sessions.set(sessionKey(session), session);
    }
    await logOut('others');
    expect([...tables.sessions.values()].map(({ sid }) => sid)).toEqual([caller.sid]);
  });
});

describe('a refresh token sent with a logout', () => {
  test('of the caller’s session changes nothing, even if it is spent', async () => {
    const { first, refresh, logOut, holdsAll, tables } = await madeCaller();
    const next = await refresh(first.refresh);
    await logOut('local', first.refresh);
    expect(await holdsAll(first, next)).toEqual([false, false, false, false]);
    expect(tables.events.map(({ type }) => type)).toEqual(['session_ended']);
  });

  test('of another session of the caller’s ends that one too, and first', async () => {
    const { first, elsewhere, logOut, holdsAll, tables } = await madeCaller();
    const other = await elsewhere();
    await logOut('local', other.refresh);
    expect(await holdsAll(first, other)).toEqual([false, false, false, false]);
    expect([...tables.blacklist.keys()]).toEqual([claimsOf(other.refresh)['sid'], claimsOf(first.refresh)['sid']]);
  });

  test.for(['local', 'others', 'global'] as const)('of another user, or an invalid one, ends nothing (%s)', async (scope) => {
    const { first, logOut, elsewhere, pass, tables } = await madeCaller();
    const stranger = await madeCaller();
    await elsewhere();
    const refused = { code: 'token_not_valid', options: { detail: 'token_invalid' } };
    for (const text of [stranger.first.refresh, 'x']) await expect(logOut(scope, text)).rejects.toMatchObject(refused);
    await expect(logOut(scope, first.access)).rejects.toMatchObject({ options: { detail: 'token_wrong_type' } });
    pass(3600);
    await expect(logOut(scope, first.refresh)).rejects.toMatchObject({ options: { detail: 'token_expired' } });
    expect([tables.sessions.size, tables.events.length]).toEqual([2, 0]);
  });
});

describe('a failure', () => {
  test('between the two sessions of a logout leaves the caller’s session, so that it can be repeated', async () => {
    const { first, elsewhere, needs, logOut, holdsAll } = await madeCaller();
    const other = await elsewhere();
    const { end } = needs.sessions;
    let calls = 0;
    needs.sessions.end = async (...given) => {
      calls += 1;
      return calls === 2 ? Promise.reject(new Error('no table')) : await end(...given);
    };
    await expect(logOut('local', other.refresh)).rejects.toThrow('no table');
    expect(await holdsAll(first, other)).toEqual([true, true, false, false]);
    await logOut('local', other.refresh);
    expect(await holdsAll(first, other)).toEqual([false, false, false, false]);
  });

  test('after everything was ended does not undo it, and is not reported to the caller', async () => {
    const { first, needs, logOut, holdsAll } = await madeCaller();
    needs.sessions.remove = async () => Promise.reject(new Error('no table'));
    await logOut('global');
    expect(await holdsAll(first)).toEqual([false, false]);
  });

  test('before everything was ended is reported', async () => {
    const { first, needs, logOut, holdsAll } = await madeCaller();
    needs.sessions.endAll = async () => Promise.reject(new Error('no table'));
    await expect(logOut('global')).rejects.toThrow('no table');
    expect(await holdsAll(first)).toEqual([true, true]);
  });
});
