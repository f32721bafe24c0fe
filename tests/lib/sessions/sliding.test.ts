import { describe, expect, test } from 'vitest';
import { endSession } from '#lib/sessions/end-session.ts';
import { slidingSessionOpener } from '#lib/sessions/open-sliding-session.ts';
import { renewSliding } from '#lib/sessions/renew-sliding.ts';
import { isOver } from '#lib/sessions/session.ts';
import { slidingRules } from '#lib/sessions/sliding-rules.ts';
import { bearer } from '#lib/tokens/bearer.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { sessionKey } from '../../stores/memory-tables.ts';
import { madeSettings } from '../made-settings.ts';
import { rules } from '../tokens/made-token.ts';
import { client } from '../users/made-service.ts';
import { afterNoon, noon } from './made-session.ts';
import { claimsOf } from './made-sign-in.ts';
import { madeSliding } from './made-sliding.ts';

const second = noon.getTime() / 1000;
const dead = 'token_not_valid token_blacklisted';

describe('a sign-in for a sliding token', () => {
  test('gives a valid one that names user, session, its end, and until when it can be renewed', async () => {
    const { first, user, session, holds } = await madeSliding();
    expect(await holds(first)).toBe(true);
    expect(claimsOf(first)).toEqual({
      token_type: 'sliding',
      exp: second + 300,
      iat: second,
      jti: session()?.jti,
      refresh_exp: second + 3600,
      user_id: user.id,
      sid: session()?.sid,
      epoch: 1,
      roles: [],
      ability: [],
    });
  });

  test('opens a session that ends with the last renewal, and earlier without one', async () => {
    const { session } = await madeSliding();
    expect(session()).toMatchObject({ openedAt: second, expiresAt: second + 300, endsAt: second + 3600, generation: 0 });
    const remembered = await madeSliding({ isRemembered: true });
    expect(remembered.session()).toMatchObject({ expiresAt: second + 300, endsAt: second + 7200 });
    expect(claimsOf(remembered.first)).toMatchObject({ exp: second + 300, refresh_exp: second + 7200 });
  });
});

describe('a renewal', () => {
  test('gives the same token for its full time from now on', async () => {
    const { first, renew, pass, holds, session } = await madeSliding();
    pass(200);
    const next = await renew(first);
    expect(claimsOf(next)).toEqual({ ...claimsOf(first), iat: second + 200, exp: second + 500 });
    expect(session()).toMatchObject({ expiresAt: second + 500, rotatedAtMs: afterNoon(200).getTime() });
    pass(250);
    expect([await holds(first), await holds(next)]).toEqual([false, true]);
  });

  test('can be repeated until refresh_exp, which no token outlives', async () => {
    const { first, renew, pass, refusalOf, session } = await madeSliding();
    let token = first;
    for (let at = 250; at <= 3500; at += 250) {
      pass(250);
      token = await renew(token);
      expect(claimsOf(token)).toMatchObject({ exp: second + Math.min(at + 300, 3600), refresh_exp: second + 3600 });
    }
    expect(session()).toMatchObject({ expiresAt: second + 3600 });
    pass(99.999);
    expect(claimsOf(await renew(token))).toMatchObject({ exp: second + 3600 });
    pass(0.001);
    expect(await refusalOf(token)).toBe('token_not_valid token_expired');
  });

  test('spends nothing, so it can be repeated after a lost answer or in a parallel tab', async () => {
    const { first, renew, holds, session } = await madeSliding();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => renew(first)));
    for (const token of [first, ...tokens]) expect(await holds(token)).toBe(true);
    expect(new Set(tokens.map((token) => claimsOf(token)['jti']))).toEqual(new Set([session()?.jti]));
  });

  test('lasts as long as the settings say now, and shortens no session', async () => {
    const { first, renew, needs, pass, session } = await madeSliding();
    needs.slidingSeconds = 60;
    expect(claimsOf(await renew(first))).toMatchObject({ exp: second + 60 });
    expect(session()).toMatchObject({ expiresAt: second + 300 });
    pass(299);
    needs.slidingSeconds = 600;
    expect(claimsOf(await renew(first))).toMatchObject({ exp: second + 899 });
  });

  test('never goes beyond the end of the session, even if that is moved forward', async () => {
    const { first, renew, session, tables } = await madeSliding();
    const opened = session() ?? expect.unreachable();
    tables.sessions.set(sessionKey(opened), { ...opened, endsAt: second + 100 });
    expect(claimsOf(await renew(first))).toMatchObject({ exp: second + 100, refresh_exp: second + 100 });
  });
});

describe('if roles are not looked up', () => {
  test('a sliding token has them, and after a renewal the current ones', async () => {
    const { needs, user, open, renew, tables } = await madeSliding();
    const lazy = madeSettings({ REVOCATION_CHECK: 'lazy' });
    Object.assign(needs, { ...personalClaims(lazy, {}), rules: tokenRules(lazy) });
    const token = await open();
    expect(claimsOf(token)['roles']).toEqual(['editor']);
    const believing = bearer({ ...needs, standing: undefined }, ['sliding']);
    expect(await believing(token, client)).toMatchObject({ sub: user.id, roles: ['editor'] });
    tables.users.set(user.id, { ...user, roles: [] });
    expect(claimsOf(await renew(token))['roles']).toEqual([]);
  });
});

describe('a sliding token at its limits', () => {
  test('can be renewed up to its exp, and not in that second', async () => {
    const { first, pass, refusalOf } = await madeSliding();
    pass(299.999);
    expect(await refusalOf(first)).toBe('done');
    pass(0.001);
    expect(await refusalOf(first)).toBe('token_not_valid token_expired');
  });

  test('can be renewed up to its refresh_exp, and not in that second, even if its exp is later', async () => {
    const { first, forge, pass, refusalOf } = await madeSliding();
    const longer = await forge({ ...claimsOf(first), refresh_exp: second + 200 });
    pass(199.999);
    expect(await refusalOf(longer)).toBe('done');
    pass(0.001);
    expect(await refusalOf(longer)).toBe('token_not_valid token_claim_expired');
  });

  test('is not renewed without a refresh_exp', async () => {
    const { first, forge, refusalOf, holds } = await madeSliding();
    const { refresh_exp: _, ...claims } = claimsOf(first);
    const silent = await forge(claims);
    expect([await refusalOf(silent), await holds(silent)]).toEqual(['token_not_valid token_claim_missing', true]);
  });

  test('can be renewed within the leeway after its exp, but not after its refresh_exp', async () => {
    const { first, renew, pass, refusalOf, holds, session, now } = await madeSliding({ leewaySeconds: 10 });
    pass(309.999);
    const next = await renew(first);
    expect(claimsOf(next)).toMatchObject({ exp: second + 609 });
    pass(309);
    expect([isOver(session() ?? expect.unreachable(), now()), await holds(next)]).toEqual([false, true]);
    pass(0.001);
    expect(await refusalOf(next)).toBe('token_not_valid token_expired');
    const short = await madeSliding({ leewaySeconds: 10, slidingSeconds: 3600 });
    short.pass(3600);
    expect(await short.holds(short.first)).toBe(true);
    expect(await short.refusalOf(short.first)).toBe('token_not_valid token_claim_expired');
  });
});

describe('a renewal is refused', () => {
  test('for every other kind of token', async () => {
    const { first, forge, refusalOf } = await madeSliding();
    for (const text of ['', 'x', `${first}=`]) expect(await refusalOf(text)).toBe('token_not_valid token_invalid');
    for (const token_type of ['access', 'refresh'])
      expect(await refusalOf(await forge({ ...claimsOf(first), token_type, generation: 0 }))).toBe('token_not_valid token_wrong_type');
  });

  test('if the user is inactive or gone, with simplejwt’s words', async () => {
    for (const change of ['inactive', 'gone']) {
      const { first, refusalOf, tables, user } = await madeSliding();
      if (change === 'gone') tables.users.delete(user.id);
      else tables.users.set(user.id, { ...user, isActive: false });
      expect(await refusalOf(first)).toBe('no_active_account no_active_account_for_token');
    }
  });

  test('if all tokens of the user were revoked', async () => {
    const { first, refusalOf, holds, tables, user } = await madeSliding();
    tables.users.set(user.id, { ...user, tokenEpoch: 2 });
    expect([await refusalOf(first), await holds(first)]).toEqual([dead, false]);
  });

  test.for(['jti', 'sid'])('if the %s is on the blacklist, for as long as it is', async (name) => {
    const { first, refusalOf, holds, tables } = await madeSliding();
    tables.blacklist.set(String(claimsOf(first)[name]), second + 1);
    expect([await refusalOf(first), await holds(first)]).toEqual([dead, false]);
    tables.blacklist.set(String(claimsOf(first)[name]), second);
    expect([await refusalOf(first), await holds(first)]).toEqual(['done', true]);
  });

  test('if its session is gone, even if the blacklist does not have it', async () => {
    const { first, refusalOf, tables } = await madeSliding();
    tables.sessions.clear();
    expect(await refusalOf(first)).toBe(dead);
  });

  test('if the session is that of another token', async () => {
    const { first, forge, refusalOf } = await madeSliding();
    expect(await refusalOf(await forge({ ...claimsOf(first), jti: 'another' }))).toBe(dead);
  });

  test('if the lookup fails', async () => {
    const { first, needs, renew } = await madeSliding();
    needs.standing.standingOf = async () => Promise.reject(new Error('no table'));
    await expect(renew(first)).rejects.toThrow('no table');
  });
});

describe('the hooks of sliding tokens', () => {
  test('add to tokens and answers, and never replace our fields', async () => {
    const { needs, user, renew, first } = await madeSliding();
    needs.personal = async () => ({ known_as: 'ada', roles: [], ability: [], custom: { money: 5, user_id: 'another' } });
    expect(claimsOf(await renew(first))).toMatchObject({ money: 5, user_id: user.id });
    needs.addition = async () => ({ hello: 'ada' });
    const { token, added } = await slidingSessionOpener(needs)({ user, client, isRemembered: false });
    expect([claimsOf(token)['money'], claimsOf(token)['user_id'], added]).toEqual([5, user.id, { hello: 'ada' }]);
    expect((await renewSliding(needs, token)).added).toEqual({ hello: 'ada' });
  });

  test('run first, so that a failing hook opens and renews nothing', async () => {
    const { needs, user, renew, first, pass, session, tables } = await madeSliding();
    const before = session();
    needs.asksHooksFirst = true;
    needs.personal = async () => Promise.reject(new Error('a hook'));
    pass(60);
    await expect(renew(first)).rejects.toThrow('a hook');
    await expect(slidingSessionOpener(needs)({ user, client, isRemembered: false })).rejects.toThrow('a hook');
    expect([...tables.sessions.values()]).toEqual([before]);
  });

  test('are asked at every renewal who may log in', async () => {
    const { needs, refusalOf, first } = await madeSliding();
    needs.mayEnter = async () => false;
    expect(await refusalOf(first)).toBe('no_active_account no_active_account_for_token');
  });
});

describe('a sliding token that is revoked', () => {
  test('stays so until refresh_exp, however often it was renewed, whether or not expired rows are deleted', async () => {
    for (const isFlushed of [false, true]) {
      const { first, renew, pass, blacklist, refusalOf, holds, forge, flush, tables } = await madeSliding();
      let token = first;
      for (let at = 0; at < 1000; at += 250) {
        pass(250);
        token = await renew(token);
      }
      expect(await blacklist(token)).toBe('done');
      const until = tables.blacklist.get(String(claimsOf(token)['sid']));
      expect(until).toBeGreaterThanOrEqual(Number(claimsOf(token)['refresh_exp']));
      // A copy with the latest possible exp, as after a renewal a moment before.
      const copy = await forge({ ...claimsOf(token), exp: second + 3600 });
      for (let at = 1000; at < 3600; at += 200) {
        if (isFlushed) flush();
        expect([await holds(copy), await refusalOf(copy)], `after ${at} s`).toEqual([false, dead]);
        pass(200);
      }
    }
  });

  test('is revoked once, with its session and no other', async () => {
    const { first, open, blacklist, holds, tables } = await madeSliding();
    const other = await open();
    expect([await blacklist(first), await blacklist(first)]).toEqual(['done', dead]);
    expect([await holds(first), await holds(other)]).toEqual([false, true]);
    expect(tables.events.map(({ type }) => type)).toEqual(['session_ended']);
  });

  test('is not accepted as a refresh token', async () => {
    const { first, blacklist, holds } = await madeSliding();
    expect(await blacklist(first, 'refresh')).toBe('token_not_valid token_wrong_type');
    expect(await holds(first)).toBe(true);
  });

  test('may be that of an inactive user, but not of another epoch, and not expired', async () => {
    const { first, blacklist, tables, user, pass } = await madeSliding();
    tables.users.set(user.id, { ...user, tokenEpoch: 7 });
    expect(await blacklist(first)).toBe(dead);
    tables.users.set(user.id, user);
    pass(300);
    expect(await blacklist(first)).toBe('token_not_valid token_expired');
    pass(-300);
    tables.users.set(user.id, { ...user, isActive: false });
    expect(await blacklist(first)).toBe('done');
  });

  test('a hundred times during a renewal is void afterwards, and so is the renewed one', async () => {
    const { open, renew, needs, holds, refusalOf, user, tables } = await madeSliding();
    for (let round = 0; round < 100; round += 1) {
      const token = await open();
      const sid = String(claimsOf(token)['sid']);
      const turns = [() => renew(token), () => endSession(needs, { userId: user.id, sid })];
      const outcomes = await Promise.allSettled((round % 2 ? turns : turns.reverse()).map((turn) => turn()));
      const made = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' && outcome.value !== 'ended' ? [String(outcome.value)] : [],
      );
      for (const each of [token, ...made]) expect([await holds(each), await refusalOf(each)]).toEqual([false, dead]);
      expect(tables.sessions.has(sessionKey({ userId: user.id, sid }))).toBe(false);
    }
  });
});

test('all lifetimes come from the settings', () => {
  const given = { SLIDING_TOKEN_LIFETIME: '1m', SLIDING_TOKEN_REFRESH_LIFETIME: '2h', REMEMBERED_TOKEN_LIFETIME: '3d' };
  const settings = madeSettings({ ...given, REFRESH_TOKEN_LIFETIME: '1d', SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'renew_until' });
  expect(slidingRules(settings)).toEqual({
    rules: {
      ...rules,
      longestSeconds: 3 * 86_400,
      longestOf: { access: 300, refresh: 3 * 86_400, sliding: 60 },
      names: { ...rules.names, refreshExp: 'renew_until' },
    },
    slidingSeconds: 60,
    lifetimes: { renewableSeconds: 7200, rememberedSeconds: 3 * 86_400 },
  });
});
