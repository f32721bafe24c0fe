import { describe, expect, test } from 'vitest';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import { logged } from '../logged.ts';
import { client } from '../users/made-house.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

const dead = 'token_not_valid token_blacklisted';

describe('one refresh token sent fifty times at once', () => {
  test('rotates once, and the user stays signed in', async () => {
    const { first, refresh, session, holds, tables } = await madeSignIn();
    const pairs = await Promise.all(Array.from({ length: 50 }, () => refresh(first.refresh)));
    expect(session()?.generation).toBe(1);
    for (const pair of pairs) {
      expect([await holds(pair.access), await holds(pair.refresh)]).toEqual([true, true]);
      expect(claimsOf(pair.refresh)).toMatchObject({ generation: 1, jti: session()?.jti });
    }
    expect([tables.blacklist.size, tables.events.length]).toEqual([0, 0]);
  });

  test('rotates once and ends the session, if there is no grace', async () => {
    const { first, refusalOf, tables } = await madeSignIn({ graceSeconds: 0 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => refusalOf(first.refresh)));
    expect(outcomes.filter((outcome) => outcome === 'refreshed').length).toBeLessThanOrEqual(1);
    expect(outcomes.filter((outcome) => outcome === dead).length).toBeGreaterThanOrEqual(49);
    expect([tables.sessions.size, tables.blacklist.size, tables.events.length]).toEqual([0, 1, 1]);
  });
});

describe('a spent token', () => {
  test('gets the current generation again within the grace, and rotates nothing', async () => {
    const { first, refresh, pass, session } = await madeSignIn();
    const next = await refresh(first.refresh);
    const before = session();
    pass(29);
    const again = await refresh(first.refresh);
    expect(claimsOf(again.refresh)).toMatchObject({
      generation: 1,
      jti: claimsOf(next.refresh)['jti'],
      exp: claimsOf(next.refresh)['exp'],
    });
    expect(session()).toEqual(before);
  });

  test('does not extend the grace when it is used in it', async () => {
    const { first, refresh, refusalOf, pass } = await madeSignIn();
    await refresh(first.refresh);
    for (let round = 0; round < 2; round += 1) {
      pass(14);
      await refresh(first.refresh);
    }
    pass(2);
    expect(await refusalOf(first.refresh)).toBe(dead);
  });

  test('ends the session and all its tokens after the grace', async () => {
    const { first, refresh, refusalOf, pass, holds, tables, user } = await madeSignIn();
    const next = await refresh(first.refresh);
    pass(30);
    expect(await refusalOf(first.refresh)).toBe(dead);
    for (const text of [first.access, next.access, next.refresh]) expect(await holds(text)).toBe(false);
    for (const text of [next.refresh, first.refresh]) expect(await refusalOf(text)).toBe(dead);
    expect(tables.events).toMatchObject([{ type: 'session_theft_detected', userId: user.id }]);
    expect([...tables.blacklist.keys()]).toEqual([claimsOf(first.refresh)['sid']]);
  });

  test('two behind is theft at once, within the grace too', async () => {
    const { first, refresh, refusalOf, holds } = await madeSignIn();
    const second = await refresh(first.refresh);
    const third = await refresh(second.refresh);
    expect(await refusalOf(first.refresh)).toBe(dead);
    expect(await holds(third.access)).toBe(false);
  });

  test('leaves the user’s other sessions alone', async () => {
    const { first, refresh, refusalOf, pass, needs, user, holds } = await madeSignIn();
    const { sessionOpener } = await import('#lib/sessions/open-session.ts');
    const other = await sessionOpener(needs)({ user, client: { address: '', device: '', requestId: '' }, isRemembered: false });
    await refresh(first.refresh);
    pass(31);
    expect(await refusalOf(first.refresh)).toBe(dead);
    expect(await holds(other.access)).toBe(true);
  });

  test('is logged with its session, and with nothing that could be used again', async () => {
    const { first, refresh, pass, needs } = await madeSignIn();
    await refresh(first.refresh);
    pass(31);
    const lines = await logged(() => refreshSession(needs, first.refresh, { ...client, requestId: 'request-9' }).catch(() => undefined));
    expect(lines).toMatchObject([
      { level: 'warn', event: 'authn_token_reuse', requestId: 'request-9', sid: claimsOf(first.refresh)['sid'], behind: 1 },
    ]);
    expect(JSON.stringify(lines)).not.toContain(first.refresh.slice(0, 40));
  });
});

describe('a request that the SDK repeats because its answer was lost', () => {
  test('gets its pair, also after the grace and if there is none', async () => {
    for (const graceSeconds of [30, 0]) {
      const { first, refresh, holds, session, pass } = await madeSignIn({ graceSeconds });
      await refresh(first.refresh, 'request-1');
      pass(graceSeconds + 5);
      const again = await refresh(first.refresh, 'request-1');
      expect([await holds(again.access), session()?.generation]).toEqual([true, 1]);
    }
  });

  test('does not get it if another request has rotated since', async () => {
    const { first, refresh, refusalOf } = await madeSignIn();
    const next = await refresh(first.refresh, 'request-1');
    await refresh(next.refresh, 'request-2');
    expect(await refusalOf(first.refresh, 'request-1')).toBe(dead);
  });
});
