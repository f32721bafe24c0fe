import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bySchemes } from '#lib/http/scheme.ts';
import { bearer } from '#lib/tokens/bearer.ts';
import { refusalProblem, refusalWords } from '#lib/tokens/refusal.ts';
import type { Claims, StandingChecks, TokenRules, TokenType } from '#lib/tokens/token.ts';
import { isSpent, judgeStanding, verifyToken } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';
import { memoryTables, sessionKey } from '../../stores/memory-tables.ts';
import { memoryStandingStore } from '../../stores/standing-store.memory.ts';
import { cpuMsSince } from '../cpu-time.ts';
import { quietly } from '../logged.ts';
import { madeSession } from '../sessions/made-session.ts';
import { client } from '../users/made-service.ts';
import { madeUser } from '../users/made-user.ts';
import { type Keys, madeKeys } from './made-keys.ts';
import { madeClaims, noonOfTokens, noonSeconds, rules, signed } from './made-token.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await madeKeys();
});
let tables = memoryTables();
const needs = () => ({ keySet: async () => keys.set, standing: memoryStandingStore(tables), rules, now: () => noonOfTokens });
const user = madeUser({ id: 'user-1', tokenEpoch: 2, roles: ['editor', 'teller'] });
const session = madeSession({
  userId: 'user-1',
  sid: 'session-1',
  generation: 3,
  expiresAt: noonSeconds + 100,
  endsAt: noonSeconds + 1000,
});
const access = madeClaims({ epoch: 2 });
const refresh = madeClaims({ token_type: 'refresh', epoch: 2, generation: 3 });
const verify = async (payload = access) => {
  const typ = payload.token_type === 'access' ? 'at+jwt' : 'rt+jwt';
  const outcome = await verifyToken(needs(), await signed(keys.signing, { payload, header: { typ } }), ['access', 'refresh']);
  return 'refused' in outcome ? outcome.refused : 'holds';
};
beforeEach(() => {
  tables = memoryTables();
  tables.users.set('user-1', user);
  tables.sessions.set(sessionKey(session), session);
});

describe('a token is valid', () => {
  test('while its user exists and nothing was revoked', async () => {
    expect([await verify(), await verify(refresh)]).toEqual(['holds', 'holds']);
  });

  test('with the roles that its user has now', async () => {
    expect(await verifyToken(needs(), await signed(keys.signing, { payload: access }), ['access'])).toEqual({
      claims: access,
      roles: ['editor', 'teller'],
      user,
    });
  });
});

describe('a token is void', () => {
  test.for(['jti', 'sid'] as const)('once its %s is on the blacklist, until that expires', async (name) => {
    tables.blacklist.set(String(access[name]), noonSeconds + 1);
    expect([await verify(), await verify(refresh)]).toEqual(['blacklisted', 'blacklisted']);
    tables.blacklist.set(String(access[name]), noonSeconds);
    expect(await verify()).toBe('holds');
  });

  test('once its user is gone, or inactive', async () => {
    tables.users.set('user-1', { ...user, isActive: false });
    expect(await verify()).toBe('user-inactive');
    tables.users.delete('user-1');
    expect(await verify()).toBe('user-gone');
  });

  test.for([1, 3, 0])('if it is of another epoch of its user (%i)', async (tokenEpoch) => {
    tables.users.set('user-1', { ...user, tokenEpoch });
    expect([await verify(), await verify(refresh)]).toEqual(['blacklisted', 'blacklisted']);
  });

  test('of a generation that never was, for a refresh token; whether it is spent is not said', async () => {
    expect([await verify({ ...refresh, generation: 2 }), await verify({ ...refresh, generation: 4 })]).toEqual(['holds', 'blacklisted']);
  });

  test('once its session is over, if it is a refresh token', async () => {
    for (const over of [
      { ...session, expiresAt: noonSeconds },
      { ...session, endsAt: noonSeconds },
    ]) {
      tables.sessions.set(sessionKey(session), over);
      expect(await verify(refresh)).toBe('blacklisted');
    }
    tables.sessions.clear();
    expect([await verify(refresh), await verify()]).toEqual(['blacklisted', 'holds']);
  });

  test('for the first of several reasons: the blacklist', async () => {
    tables.users.delete('user-1');
    tables.blacklist.set('session-1', noonSeconds + 1);
    expect(await verify()).toBe('blacklisted');
  });
});

describe('if a check is switched off', () => {
  const lax = (checks: Partial<StandingChecks>, more: Partial<TokenRules> = {}) => ({
    ...rules,
    ...more,
    checks: { ...rules.checks, ...checks },
  });
  const judge = (claims: Claims, given: TokenRules, now: Partial<User> | undefined, isBlacklisted = false) =>
    judgeStanding(claims, { user: now && { ...user, ...now }, isBlacklisted, generation: undefined }, given)?.refused ?? 'holds';

  test('a token of another epoch is valid, and all other checks stay', () => {
    const given = lax({ epoch: false });
    expect(judge(access, given, { tokenEpoch: 9 })).toBe('holds');
    expect([judge(access, given, { isActive: false }), judge(access, given, undefined), judge(access, given, {}, true)]).toEqual([
      'user-inactive',
      'user-gone',
      'blacklisted',
    ]);
  });

  test('a token of an inactive user is valid, and all other checks stay', () => {
    const given = lax({ active: false });
    expect(judge(access, given, { isActive: false })).toBe('holds');
    expect([judge(access, given, { tokenEpoch: 9 }), judge(access, given, undefined)]).toEqual(['blacklisted', 'user-gone']);
  });

  test('a spent refresh token is valid while its session lives, and one of a later generation is not', () => {
    const spent = (generation: number, now: number | undefined, check: boolean) =>
      isSpent({ ...refresh, generation }, { user, isBlacklisted: false, generation: now }, { ...rules.checks, spent: check });
    expect([spent(1, 3, false), spent(3, 3, false), spent(4, 3, false), spent(1, undefined, false)]).toEqual([false, false, true, true]);
    expect([spent(1, 3, true), spent(3, 3, true)]).toEqual([true, false]);
  });
});

test('a token with a name is void once its user has another', () => {
  const byEmail = { ...rules, names: { ...rules.names, userField: 'email' } as const };
  const judge = (known_as: string) =>
    judgeStanding({ ...access, known_as }, { user, isBlacklisted: false, generation: undefined }, byEmail)?.refused;
  expect([judge(user.email), judge(user.email.toUpperCase()), judge('')]).toEqual([undefined, 'user-gone', 'user-gone']);
});

test('a token that is not ours is not looked up', async () => {
  const standing = { standingOf: async () => expect.unreachable() };
  expect(await verifyToken({ ...needs(), standing }, 'x.y.z', ['access'])).toMatchObject({ refused: 'invalid' });
});

test('a failed lookup lets no request in', async () => {
  const standing = { standingOf: async () => Promise.reject(new Error('no table')) };
  const token = await signed(keys.signing, { payload: access });
  await expect(verifyToken({ ...needs(), standing }, token, ['access'])).rejects.toThrow('no table');
  await expect(bySchemes({ bearer: bearer({ ...needs(), standing }, ['access']) }, `Bearer ${token}`, client)).rejects.toThrow('no table');
});

describe('the bearer of an Authorization header', () => {
  const ask = async (authorization: string) =>
    await quietly(() => bySchemes({ bearer: bearer(needs(), ['access']) }, authorization, client));
  const token = async () => await signed(keys.signing, { payload: access });

  test('is the user of the access token, with the current roles', async () => {
    const caller = { sub: 'user-1', sid: 'session-1', jti: 'token-1', roles: ['editor', 'teller'], epoch: 2, exp: access.exp };
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) expect(await ask(`${scheme} ${await token()}`)).toEqual(caller);
    expect(await ask(`  Bearer   ${await token()} `)).toEqual(caller);
  });

  test('expires with the leeway after its exp', async () => {
    const lenient = bearer({ ...needs(), rules: { ...rules, leewaySeconds: 10 } }, ['access']);
    expect(await lenient(await token(), client)).toMatchObject({ exp: access.exp + 10 });
  });

  test('is believed without a lookup if checks are lazy, with the roles in the token', async () => {
    const believing = bearer({ ...needs(), standing: undefined, rules: { ...rules, names: { ...rules.names } } }, ['access']);
    tables.users.delete('user-1');
    tables.blacklist.set('session-1', noonSeconds + 1);
    expect(await believing(await token(), client)).toMatchObject({ sub: 'user-1', roles: [] });
    const carrying = await signed(keys.signing, { payload: { ...access, roles: ['teller'] } });
    expect(await believing(carrying, client)).toMatchObject({ sub: 'user-1', roles: ['teller'] });
    for (const roles of ['teller', [1], {}, null]) {
      const odd = await signed(keys.signing, { payload: { ...access, roles } });
      expect(await quietly(() => believing(odd, client))).toMatchObject({ code: 'token_not_valid' });
    }
  });

  test('has the roles of the table if tokens are looked up, whatever the token says', async () => {
    tables.users.set('user-1', { ...user, roles: [] });
    const carrying = await signed(keys.signing, { payload: { ...access, roles: ['teller'] } });
    expect(await bearer(needs(), ['access'])(carrying, client)).toMatchObject({ roles: [] });
  });

  test.for(['', ' ', 'Basic YTpi', 'Token x', 'Bearerx', 'x.y.z', 'Bearer,x', '"Bearer" x', '\0'])(
    'is not authenticated with %j',
    async (authorization) => {
      expect(await ask(authorization)).toMatchObject({ code: 'not_authenticated' });
    },
  );

  test('is told what is wrong with the header', async () => {
    for (const authorization of [
      'Bearer',
      'Bearer ',
      `Bearer ${await token()} x`,
      `Bearer a b`,
      `Bearer ${await token()} Bearer ${await token()}`,
    ]) {
      expect(await ask(authorization)).toMatchObject({ code: 'bad_authorization_header' });
    }
  });

  test('is refused with a refresh token', async () => {
    const token = await signed(keys.signing, { payload: refresh, header: { typ: 'rt+jwt' } });
    expect(await ask(`Bearer ${token}`)).toEqual({ code: 'token_not_valid', detail: 'token_wrong_type' });
  });

  test('is accepted within the leeway after the exp, also by the endpoint', async () => {
    const late = { ...needs(), rules: { ...rules, leewaySeconds: 10 }, now: () => new Date((access.exp + 9) * 1000) };
    expect(await bearer(late, ['access'])(await token(), client)).toMatchObject({ sub: 'user-1', exp: access.exp + 10 });
  });

  test('is accepted with the token types of the stage, and no others', async () => {
    const payload = madeClaims({ token_type: 'sliding', epoch: 2, refresh_exp: noonSeconds + 900 });
    const sliding = await signed(keys.signing, { payload, header: { typ: 'st+jwt' } });
    const outcome = async (types: readonly TokenType[], text: string) => {
      const found = await quietly(() => bySchemes({ bearer: bearer(needs(), types) }, `Bearer ${text}`, client));
      return 'code' in found ? found.detail : found.sub;
    };
    expect([await outcome(['access'], sliding), await outcome(['access'], await token())]).toEqual(['token_wrong_type', 'user-1']);
    expect([await outcome(['sliding'], sliding), await outcome(['sliding'], await token())]).toEqual(['user-1', 'token_wrong_type']);
    for (const text of [sliding, await token()]) expect(await outcome(['access', 'sliding'], text)).toBe('user-1');
  });

  test('is told why, in words that a client can act on', async () => {
    const outcomes = [];
    outcomes.push(
      await ask(`Bearer ${await signed(keys.signing, { payload: { ...access, exp: noonSeconds - 1, iat: noonSeconds - 9 } })}`),
      await ask('Bearer x'),
    );
    tables.users.set('user-1', { ...user, isActive: false });
    outcomes.push(await ask(`Bearer ${await token()}`));
    tables.users.delete('user-1');
    outcomes.push(await ask(`Bearer ${await token()}`));
    tables.blacklist.set('session-1', noonSeconds + 1);
    outcomes.push(await ask(`Bearer ${await token()}`));
    expect(outcomes.map((outcome) => ('code' in outcome ? [outcome.code, outcome.detail] : []))).toEqual([
      ['token_not_valid', 'token_expired'],
      ['token_not_valid', 'token_invalid'],
      ['user_inactive', 'user_inactive'],
      ['user_not_found', 'user_not_found'],
      ['token_not_valid', 'token_blacklisted'],
    ]);
  });

  test('is refused quickly for a header of a megabyte', async () => {
    const start = process.cpuUsage();
    for (const text of [
      `Bearer ${'x'.repeat(1_000_000)}`,
      'Bearer '.repeat(150_000),
      ' '.repeat(1_000_000),
      `Bearer${' '.repeat(1_000_000)}x`,
    ])
      await ask(text);
    expect(cpuMsSince(start)).toBeLessThan(500);
  });
});

test('every refusal is a 401, and its private reason is not sent', () => {
  for (const refused of ['invalid', 'expired', 'wrong-type', 'blacklisted', 'user-gone', 'user-inactive'] as const) {
    expect(refusalProblem({ refused, reason: 'why' })).toMatchObject({
      status: 401,
      options: { reason: 'why', detail: refusalWords({ refused, reason: '' }).detail },
    });
  }
});
