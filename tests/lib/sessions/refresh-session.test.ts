import { describe, expect, test } from 'vitest';
import { sessionKey } from '../../stores/memory-tables.ts';
import { noon } from './made-session.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

const second = noon.getTime() / 1000;
const dead = 'token_not_valid token_blacklisted';

describe('a refresh', () => {
  test('gives a new pair of the next generation, valid for its full time', async () => {
    const { first, refresh, pass, holds, session } = await madeSignIn();
    pass(600);
    const next = await refresh(first.refresh);
    expect(claimsOf(next.refresh)).toMatchObject({
      generation: 1,
      iat: second + 600,
      exp: second + 4200,
      sid: session()?.sid,
      jti: session()?.jti,
    });
    expect(claimsOf(next.access)).toMatchObject({ exp: second + 900, epoch: 1 });
    expect([await holds(next.access), await holds(next.refresh), await holds(first.refresh)]).toEqual([true, true, true]);
    expect(claimsOf(next.refresh)['jti']).not.toBe(claimsOf(first.refresh)['jti']);
  });

  test('can be followed by another while the session lives, and no longer', async () => {
    const { first, refresh, refusalOf, pass } = await madeSignIn({ sessionSeconds: 10_000 });
    let { refresh: text } = first;
    for (let round = 1; round <= 3; round += 1) {
      pass(3000);
      ({ refresh: text } = await refresh(text));
      expect(claimsOf(text)).toMatchObject({ generation: round, exp: second + Math.min(3000 * round + 3600, 10_000) });
    }
    pass(999);
    ({ refresh: text } = await refresh(text));
    pass(1);
    expect(await refusalOf(text)).toBe('token_not_valid token_expired');
  });

  test('changes nothing else in the session', async () => {
    const { first, refresh, session } = await madeSignIn({ isRemembered: true });
    const before = session();
    await refresh(first.refresh);
    const { generation, parent, rotatedBy, jti, requestId, rotatedAtMs, expiresAt, ...kept } = session() ?? expect.unreachable();
    expect(before).toMatchObject(kept);
    expect([generation, expiresAt]).toEqual([1, second + 7200]);
  });

  test('accepts refresh tokens only', async () => {
    const { first, refusalOf } = await madeSignIn();
    expect(await refusalOf(first.access)).toBe('token_not_valid token_wrong_type');
    for (const text of ['', 'x', `${first.refresh} `, first.refresh.slice(0, -1)])
      expect(await refusalOf(text)).toBe('token_not_valid token_invalid');
  });

  test('of an expired token is refused, even if the session is still in the table', async () => {
    const { first, refusalOf, pass, session } = await madeSignIn();
    pass(3600);
    expect(await refusalOf(first.refresh)).toBe('token_not_valid token_expired');
    expect(session()?.generation).toBe(0);
  });

  test('of an ended session is refused', async () => {
    const { first, refusalOf, tables } = await madeSignIn();
    tables.sessions.clear();
    expect(await refusalOf(first.refresh)).toBe(dead);
  });

  test('of a session that a restore has set back is refused, and is not taken as theft', async () => {
    const { first, refresh, refusalOf, tables, session } = await madeSignIn();
    const before = session() ?? expect.unreachable();
    const { refresh: text } = await refresh(first.refresh);
    tables.sessions.set(sessionKey(before), before);
    expect(await refusalOf(text)).toBe(dead);
    expect(tables.blacklist.size).toBe(0);
  });
});

describe('a refresh is refused', () => {
  test.for(['jti', 'sid'])('if the %s is on the blacklist, for as long as it is', async (name) => {
    const { first, refusalOf, tables } = await madeSignIn();
    const id = String(claimsOf(first.refresh)[name]);
    tables.blacklist.set(id, second + 60);
    expect(await refusalOf(first.refresh)).toBe(dead);
    const other = await madeSignIn();
    other.tables.blacklist.set(String(claimsOf(other.first.refresh)[name]), second);
    expect(await other.refusalOf(other.first.refresh)).toBe('refreshed');
  });

  test('if the user is inactive or gone, with simplejwt’s words', async () => {
    for (const change of ['inactive', 'gone']) {
      const { first, refusalOf, tables, user } = await madeSignIn();
      if (change === 'gone') tables.users.delete(user.id);
      else tables.users.set(user.id, { ...user, isActive: false });
      expect(await refusalOf(first.refresh)).toBe('no_active_account no_active_account_for_token');
    }
  });

  test('if all tokens of the user were revoked', async () => {
    const { first, refusalOf, tables, user } = await madeSignIn();
    tables.users.set(user.id, { ...user, tokenEpoch: 2 });
    expect(await refusalOf(first.refresh)).toBe(dead);
  });

  test('within the grace too, for each of these reasons', async () => {
    const { first, refresh, refusalOf, tables, user } = await madeSignIn();
    await refresh(first.refresh);
    tables.users.set(user.id, { ...user, isActive: false });
    expect(await refusalOf(first.refresh)).toBe('no_active_account no_active_account_for_token');
    expect(tables.sessions.size).toBe(1);
  });

  test('if the lookup fails', async () => {
    const { first, needs, refresh } = await madeSignIn();
    needs.standing.standingOf = async () => Promise.reject(new Error('no table'));
    await expect(refresh(first.refresh)).rejects.toThrow('no table');
  });
});

describe('without rotation', () => {
  test('a refresh token is valid until it expires, any number of times', async () => {
    const { first, refresh, refusalOf, pass, session, holds } = await madeSignIn({ isRotating: false });
    for (let round = 0; round < 3; round += 1) {
      pass(1000);
      expect(await holds((await refresh(first.refresh)).access)).toBe(true);
    }
    expect(session()).toMatchObject({ generation: 0, expiresAt: second + 3600 });
    pass(600);
    expect(await refusalOf(first.refresh)).toBe('token_not_valid token_expired');
  });

  test('fifty requests at once are all answered', async () => {
    const { first, refresh } = await madeSignIn({ isRotating: false });
    expect(await Promise.all(Array.from({ length: 50 }, () => refresh(first.refresh)))).toHaveLength(50);
  });

  test('a session that is over, ended or revoked refreshes nothing', async () => {
    const ended = await madeSignIn({ isRotating: false });
    ended.tables.sessions.clear();
    expect(await ended.refusalOf(ended.first.refresh)).toBe(dead);
    const inactive = await madeSignIn({ isRotating: false });
    inactive.tables.users.clear();
    expect(await inactive.refusalOf(inactive.first.refresh)).toMatch(/^no_active_account /);
  });

  test('a token that was spent while there was rotation gets an access token, and moves nothing on', async () => {
    const { first, refresh, needs, pass, holds, session } = await madeSignIn();
    await refresh(first.refresh);
    needs.isRotating = false;
    pass(31);
    const { access } = await refresh(first.refresh);
    expect([await holds(access), session()?.generation]).toEqual([true, 1]);
  });
});
