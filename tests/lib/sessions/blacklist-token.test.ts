import { describe, expect, test } from 'vitest';
import { blacklistToken } from '#lib/sessions/blacklist-token.ts';
import { rules } from '../tokens/made-token.ts';
import { noon } from './made-session.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

const dead = 'token_not_valid token_blacklisted';

async function madeHolder(given: Parameters<typeof madeSignIn>[0] = {}) {
  const service = await madeSignIn(given);
  return {
    ...service,
    /** The result of blacklisting a token: `done`, or the refusal. */
    blacklist: async (text: string) =>
      await blacklistToken(service.needs, text).then(
        () => 'done',
        ({ code, options }) => `${code} ${options.detail}`,
      ),
  };
}

describe('a refresh token that is blacklisted', () => {
  test('answers with the fields of hooks, and stays valid if they fail', async () => {
    const { first, needs, holds } = await madeHolder();
    const adding = { ...needs, addition: async () => ({ farewell: 'ada' }) };
    const failing = { ...needs, addition: async () => Promise.reject(new Error('no such table')) };
    await expect(blacklistToken(failing, first.refresh)).rejects.toThrow('no such table');
    expect(await holds(first.refresh)).toBe(true);
    expect(await blacklistToken(adding, first.refresh)).toEqual({ farewell: 'ada' });
  });

  test('ends its session even if it is spent, if spent tokens stay valid', async () => {
    const more = { rules: { ...rules, checks: { ...rules.checks, spent: false } } };
    const { first, refresh, blacklist, holds } = await madeHolder({ more, graceSeconds: Number.POSITIVE_INFINITY });
    const next = await refresh(first.refresh);
    expect([await holds(first.refresh), await blacklist(first.refresh), await holds(next.refresh)]).toEqual([true, 'done', false]);
  });

  test('ends its session and all its tokens, and no other session', async () => {
    const { first, blacklist, holds, refusalOf, tables, elsewhere } = await madeHolder();
    const other = await elsewhere();
    expect(await blacklist(first.refresh)).toBe('done');
    expect([await holds(first.access), await holds(first.refresh)]).toEqual([false, false]);
    expect(await refusalOf(first.refresh)).toBe(dead);
    expect([await holds(other.access), await holds(other.refresh)]).toEqual([true, true]);
    expect(tables.events.map(({ type }) => type)).toEqual(['session_ended']);
  });

  test('is refused the second time', async () => {
    const { first, blacklist, tables } = await madeHolder();
    await blacklist(first.refresh);
    expect(await blacklist(first.refresh)).toBe(dead);
    expect(tables.events).toHaveLength(1);
  });

  test('fifty times at once is accepted once and refused otherwise', async () => {
    const { first, blacklist, tables } = await madeHolder();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => blacklist(first.refresh)));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === dead)).toHaveLength(49);
    expect(tables.events).toHaveLength(1);
  });

  test('stays void for as long as its session could have lived', async () => {
    const { first, blacklist, tables, pass } = await madeHolder({ sessionSeconds: 5000 });
    pass(100);
    await blacklist(first.refresh);
    expect(tables.blacklist.get(String(claimsOf(first.access)['sid']))).toBeGreaterThanOrEqual(noon.getTime() / 1000 + 5100);
  });

  test('may be that of a user who is inactive or gone, because the user may come back', async () => {
    for (const change of ['inactive', 'gone']) {
      const { first, blacklist, tables, user } = await madeHolder();
      if (change === 'gone') tables.users.delete(user.id);
      else tables.users.set(user.id, { ...user, isActive: false });
      expect(await blacklist(first.refresh)).toBe('done');
      expect(tables.sessions.size).toBe(0);
    }
  });
});

describe('blacklisting is refused', () => {
  test.for([0, 31])('for a token that was spent %d seconds ago, which ends nothing and is not taken as theft', async (seconds) => {
    const { first, blacklist, refresh, holds, pass, tables } = await madeHolder();
    const next = await refresh(first.refresh);
    pass(seconds);
    expect(await blacklist(first.refresh)).toBe(dead);
    expect([await holds(next.access), await holds(next.refresh)]).toEqual([true, true]);
    expect([tables.events, tables.blacklist.size]).toEqual([[], 0]);
  });

  test('for a token that is not a valid refresh token', async () => {
    const { first, blacklist, pass, session } = await madeHolder();
    expect(await blacklist(first.access)).toBe('token_not_valid token_wrong_type');
    for (const text of ['', 'x', `${first.refresh}=`]) expect(await blacklist(text)).toBe('token_not_valid token_invalid');
    pass(3600);
    expect(await blacklist(first.refresh)).toBe('token_not_valid token_expired');
    expect(session()).toBeDefined();
  });

  test('for a token whose jti is on the blacklist', async () => {
    const { first, blacklist, tables } = await madeHolder();
    tables.blacklist.set(String(claimsOf(first.refresh)['jti']), noon.getTime() / 1000 + 60);
    expect(await blacklist(first.refresh)).toBe(dead);
    expect(tables.events).toEqual([]);
  });

  test('for a token of another epoch, or of a session that is over', async () => {
    const { first, blacklist, tables, user } = await madeHolder();
    tables.users.set(user.id, { ...user, tokenEpoch: 9 });
    expect(await blacklist(first.refresh)).toBe(dead);
    const gone = await madeHolder();
    gone.tables.sessions.clear();
    expect(await gone.blacklist(gone.first.refresh)).toBe(dead);
  });

  test('if the lookup fails', async () => {
    const { first, needs } = await madeHolder();
    needs.standing.standingOf = async () => Promise.reject(new Error('no table'));
    await expect(blacklistToken(needs, first.refresh)).rejects.toThrow('no table');
  });
});
