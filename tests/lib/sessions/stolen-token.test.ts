import { describe, expect, test } from 'vitest';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import { endingsOf } from '../../stores/memory-tables.ts';
import { logged } from '../logged.ts';
import { client } from '../users/made-service.ts';
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
    expect([tables.blacklist.size, endingsOf(tables).length]).toEqual([0, 0]);
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

  test('does not extend the grace by being used in it', async () => {
    const { first, refresh, session, pass } = await madeSignIn();
    await refresh(first.refresh);
    for (let round = 0; round < 2; round += 1) {
      pass(14);
      await refresh(first.refresh);
    }
    expect(session()?.generation).toBe(1);
    pass(2);
    await refresh(first.refresh);
    expect(session()?.generation).toBe(2);
  });

  test('gets a new generation after the grace, as often as the answer is lost', async () => {
    const { first, refresh, pass, holds, tables } = await madeSignIn();
    for (let round = 1; round <= 3; round += 1) {
      pass(600);
      const pair = await refresh(first.refresh);
      expect(claimsOf(pair.refresh)).toMatchObject({ generation: round });
      expect(await holds(pair.access)).toBe(true);
    }
    expect([endingsOf(tables).length, tables.blacklist.size]).toEqual([0, 0]);
  });

  test('gets no current token if another client presents it, be it at once', async () => {
    for (const from of [{ device: 'curl/8' }, { address: '203.0.113.9' }]) {
      const { first, refresh, refusalOf } = await madeSignIn();
      const next = await refresh(first.refresh);
      const stolen = await refresh(first.refresh, undefined, from);
      expect(claimsOf(stolen.refresh)['jti']).not.toBe(claimsOf(next.refresh)['jti']);
      expect(await refusalOf(next.refresh)).toBe(dead);
      expect(await refusalOf(stolen.refresh, undefined, from)).toBe(dead);
    }
  });

  test('that a fork discarded ends the session for everybody who holds a piece of it', async () => {
    const { first, refresh, refusalOf, pass, holds, tables, user } = await madeSignIn();
    const next = await refresh(first.refresh);
    pass(30);
    const fork = await refresh(first.refresh);
    expect(await refusalOf(next.refresh)).toBe(dead);
    for (const text of [first.access, next.access, fork.access, fork.refresh]) expect(await holds(text)).toBe(false);
    for (const text of [fork.refresh, first.refresh]) expect(await refusalOf(text)).toBe(dead);
    expect(endingsOf(tables)).toMatchObject([{ type: 'session_theft_detected', userId: user.id }]);
    expect([...tables.blacklist.keys()]).toEqual([claimsOf(first.refresh)['sid']]);
  });

  test('two behind is theft at once, within the grace or after it', async () => {
    const { first, refresh, refusalOf, holds } = await madeSignIn();
    const second = await refresh(first.refresh);
    const third = await refresh(second.refresh);
    expect(await refusalOf(first.refresh)).toBe(dead);
    expect(await holds(third.access)).toBe(false);
  });

  test('holds at /token/verify/ as long as its session does, so that a thief cannot see when its owner refreshes', async () => {
    const { first, refresh, holds, refusalOf } = await madeSignIn();
    expect(await holds(first.refresh)).toBe(true);
    const second = await refresh(first.refresh);
    expect(await holds(first.refresh)).toBe(true);
    await refresh(second.refresh);
    expect(await holds(first.refresh)).toBe(true);
    await refusalOf(first.refresh);
    for (const text of [first.refresh, second.refresh]) expect(await holds(text)).toBe(false);
  });

  test('leaves the user’s other sessions alone', async () => {
    const { first, refresh, refusalOf, needs, user, holds } = await madeSignIn();
    const { sessionOpener } = await import('#lib/sessions/open-session.ts');
    const other = await sessionOpener(needs)({ user, client: { address: '', device: '', requestId: '' }, isRemembered: false });
    const next = await refresh(first.refresh);
    await refresh(next.refresh);
    expect(await refusalOf(first.refresh)).toBe(dead);
    expect(await holds(other.access)).toBe(true);
  });

  test('is told in the log with the session, and nothing that could be used again', async () => {
    const { first, refresh, needs } = await madeSignIn();
    await refresh((await refresh(first.refresh)).refresh);
    const lines = await logged(() => refreshSession(needs, first.refresh, { ...client, requestId: 'request-9' }).catch(() => undefined));
    expect(lines).toMatchObject([
      { level: 'warn', event: 'authn_token_reuse', requestId: 'request-9', sid: claimsOf(first.refresh)['sid'], behind: 2 },
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
