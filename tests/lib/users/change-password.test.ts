import { describe, expect, test } from 'vitest';
import type { Caller } from '#lib/caller/caller.ts';
import { parseRate, type Rate } from '#lib/rate.ts';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import type { TokenPair } from '#lib/sessions/token-pair.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { changePassword, type Wish } from '#lib/users/change-password.ts';
import { memoryPasswordStore } from '../../stores/password-store.memory.ts';
import { quietly } from '../logged.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { claimsOf, madeSignIn } from '../sessions/made-sign-in.ts';
import { rules } from '../tokens/made-token.ts';
import { client } from './made-service.ts';

const [old, wanted] = ['the old sentence 1', 'the new sentence 2'];
const rate = (text: string) => parseRate(text) as Rate;
const unchecked = { rules: { ...rules, checks: { ...rules.checks, epoch: false } } };

/** Somebody who is signed in and has a password, and what changing it takes. */
async function madeChange(more: object = {}, limit = '10/15m') {
  const service = await madeSignIn({ more });
  const passwords = madePasswords();
  const user = { ...service.user, password: await passwords.hash(old), mobile: '+8613800138000' };
  service.tables.users.set(user.id, user);
  const needs = {
    ...service.needs,
    store: memoryPasswordStore(service.tables),
    limits: { account: rate(limit), address: rate('100/15m'), global: rate('1000/1m') },
    passwords,
    passwordMinLength: 8,
    isCommonPassword: (text: string) => text === 'password1',
    region: 'CN',
    hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, {}),
    slidingSeconds: 300,
    notices: ['password-changed'] as const,
    ...more,
  };
  const callerOf = (token: string): Caller => {
    const { user_id: sub, sid, jti, epoch, exp } = claimsOf(token) as { user_id: string } & Pick<Caller, 'sid' | 'jti' | 'epoch' | 'exp'>;
    return { sub, sid, jti, roles: [], epoch, exp };
  };
  const change = async (wish: Partial<Wish> = {}, caller = callerOf(service.first.access), given: object = {}) =>
    await quietly(() =>
      changePassword(
        { ...needs, ...given },
        caller,
        { old_password: old, new_password: wanted, new_password_confirmation: wish.new_password ?? wanted, ...wish },
        { client, language: 'en' },
      ),
    );
  const problemOf = async (...parameters: Parameters<typeof change>) =>
    await change(...parameters).then(
      () => 'changed',
      ({ code, options: { errors, detail } = {} }) => (errors ? { [code]: errors } : `${code}${detail ? ` ${detail}` : ''}`),
    );
  const pairOf = async (...parameters: Parameters<typeof change>): Promise<TokenPair> => {
    const tokens = await change(...parameters);
    return tokens && 'pair' in tokens ? tokens.pair : expect.unreachable('no pair');
  };
  return {
    ...service,
    needs,
    callerOf,
    change,
    problemOf,
    pairOf,
    holdsAll: async (...pairs: { access: string; refresh: string }[]) =>
      await Promise.all(pairs.flatMap(({ access, refresh }) => [access, refresh]).map((text) => service.holds(text))),
    knows: async (password: string) => (await passwords.check(password, service.tables.users.get(user.id)?.password)).matches,
    row: () => service.tables.users.get(user.id),
  };
}

const wrong = { validation_failed: { old_password: [{ phrase: 'old_password_wrong' }] } };

describe('a change of password', () => {
  test('stores a hash, voids every earlier token, and continues the caller’s session', async () => {
    const { first, elsewhere, pairOf, holdsAll, knows, row, tables, user, refresh } = await madeChange();
    const other = await elsewhere();
    const pair = await pairOf();
    expect([await knows(wanted), await knows(old), row()?.tokenEpoch]).toEqual([true, false, user.tokenEpoch + 1]);
    expect(await holdsAll(first, other, pair)).toEqual([false, false, false, false, true, true]);
    const [before, after] = [claimsOf(first.refresh), claimsOf(pair.refresh)];
    expect(after).toMatchObject({ sid: before['sid'], generation: 1, epoch: user.tokenEpoch + 1 });
    expect([...tables.sessions.values()].map(({ sid }) => sid)).toEqual([before['sid']]);
    expect(tables.events.map(({ type }) => type)).toEqual(['password_changed']);
    expect(claimsOf((await refresh(pair.refresh)).refresh)).toMatchObject({ generation: 2 });
  });

  test('sends a notice in the caller’s language, if the stage sends notices', async () => {
    const { change, tables, user } = await madeChange();
    await change({}, undefined, { notices: ['new-device'] });
    expect(tables.messages).toEqual([]);
    const again = await madeChange();
    await again.change();
    expect(again.tables.messages).toMatchObject([
      { channel: 'email', template: 'password-changed', language: 'en', to: again.user.email, userId: again.user.id },
    ]);
    expect(user.isEmailVerified).toBe(false);
    const without = await madeChange();
    const row = without.row() ?? without.user;
    without.tables.users.set(row.id, { ...row, email: '' });
    await without.change();
    expect([without.row()?.tokenEpoch, without.tables.messages]).toEqual([without.user.tokenEpoch + 1, []]);
  });

  test('with CHECK_REVOKE_TOKEN off, ends the other sessions one by one and continues under a new sid', async () => {
    const { first, elsewhere, pairOf, holdsAll, tables, user, row } = await madeChange(unchecked);
    const other = await elsewhere();
    const pair = await pairOf();
    expect(await holdsAll(first, other, pair)).toEqual([false, false, false, false, true, true]);
    expect(claimsOf(pair.refresh)['sid']).not.toBe(claimsOf(first.refresh)['sid']);
    expect([tables.sessions.size, tables.blacklist.size, row()?.tokenEpoch]).toEqual([1, 2, user.tokenEpoch + 1]);
    expect(tables.events.map(({ type }) => type)).toEqual(['session_ended', 'password_changed']);
  });

  test('with CHECK_REVOKE_TOKEN off, ends sessions that were opened with the old password meanwhile', async () => {
    const { elsewhere, change, holdsAll, needs } = await madeChange(unchecked);
    let late = { access: '', refresh: '' };
    const store = {
      change: async (asked: Parameters<typeof needs.store.change>[0]) => {
        late = await elsewhere();
        return await needs.store.change(asked);
      },
    };
    await change({}, undefined, { store });
    expect(await holdsAll(late)).toEqual([false, false]);
  });

  test('returns no tokens to a caller without a session, and ends every session', async () => {
    const { first, change, callerOf, knows, holdsAll, tables } = await madeChange();
    const { sid: _sid, epoch: _epoch, ...caller } = callerOf(first.access);
    expect(await change({}, caller)).toBeUndefined();
    expect([await knows(wanted), tables.sessions.size]).toEqual([true, 0]);
    expect(await holdsAll(first)).toEqual([false, false]);
  });

  test('returns a sliding token for a sliding token, with the same refresh_exp', async () => {
    const { session, change, callerOf, first, needs } = await madeChange();
    const before = session();
    const tokens = await change({}, { ...callerOf(first.access), jti: before?.jti ?? '' });
    const claims = claimsOf(tokens && 'token' in tokens ? tokens.token : '');
    expect(claims).toMatchObject({ token_type: 'sliding', sid: before?.sid, jti: session()?.jti, refresh_exp: before?.endsAt, epoch: 2 });
    expect(claims['jti']).not.toBe(before?.jti);
    expect(session()).toMatchObject({ endsAt: before?.endsAt, expiresAt: needs.now().getTime() / 1000 + 300 });
  });

  test('does not extend the session', async () => {
    const { pass, refresh, first, pairOf, callerOf } = await madeChange();
    let last = first;
    for (let hours = 0; hours < 23; hours += 1) {
      pass(3599);
      last = await refresh(last.refresh);
    }
    pass(600);
    const pair = await pairOf({}, callerOf(last.access));
    expect(claimsOf(pair.refresh)['exp']).toBe(Number(claimsOf(first.refresh)['iat']) + 86_400);
  });
});

describe('the form of a password change', () => {
  test.each([
    ['too short', { new_password: 'short' }, { new_password: [{ phrase: 'password_too_short', values: { limit: 8 } }] }],
    ['common', { new_password: 'password1' }, { new_password: [{ phrase: 'password_too_common' }] }],
    ['the old one', { new_password: old }, { new_password: [{ phrase: 'password_unchanged' }] }],
    [
      'one’s own number, as it is dialled',
      { new_password: '138 0013 8000' },
      { new_password: [{ phrase: 'password_is_identifier', values: { field: 'mobile' } }] },
    ],
    [
      'typed otherwise the second time',
      { new_password_confirmation: `${wanted} ` },
      { new_password_confirmation: [{ phrase: 'password_mismatch' }] },
    ],
  ])('%s: refused, whatever the old password is, and no try is counted', async (_, wish, errors) => {
    const { problemOf, tables, knows } = await madeChange();
    expect(await problemOf(wish)).toEqual({ validation_failed: errors });
    const also = 'new_password' in wish && wish.new_password === old ? {} : { old_password: 'a wrong one' };
    expect(await problemOf({ ...wish, ...also })).toEqual({ validation_failed: errors });
    expect([tables.counters.size, await knows(old)]).toEqual([0, true]);
  });

  test('refuses a password from a breach once the old one is proved, and changes nothing', async () => {
    const { problemOf, knows } = await madeChange({ breaches: { has: async (password: string) => password === wanted } });
    expect(await problemOf()).toEqual({ validation_failed: { new_password: [{ phrase: 'password_breached' }] } });
    expect(await problemOf({ old_password: 'a wrong one' })).toEqual(wrong);
    expect(await problemOf({ new_password: 'a third sentence 3' })).toBe('changed');
    expect(await knows('a third sentence 3')).toBe(true);
  });

  test('refuses the user’s own name as a password', async () => {
    const { problemOf, user } = await madeChange();
    expect(await problemOf({ new_password: user.username.toUpperCase() })).toMatchObject({
      validation_failed: { new_password: [{ phrase: 'password_is_identifier', values: { field: 'username' } }] },
    });
  });

  test('treats another Unicode normalisation of the old password as the same password', async () => {
    const { problemOf } = await madeChange();
    expect(await problemOf({ old_password: 'caf\u00e9 au lait', new_password: 'cafe\u0301 au lait' })).toMatchObject({
      validation_failed: { new_password: [{ phrase: 'password_unchanged' }] },
    });
  });
});

describe('a wrong old password', () => {
  test('changes nothing, ends no session, and counts as a try', async () => {
    const { first, problemOf, knows, holdsAll, tables } = await madeChange();
    expect(await problemOf({ old_password: 'a wrong one' })).toEqual(wrong);
    expect([await knows(old), tables.events]).toEqual([true, []]);
    expect(await holdsAll(first)).toEqual([true, true]);
    expect([...tables.counters.values()]).toEqual([1, 1, 1]);
  });

  test('never matches an unusable password', async () => {
    const { problemOf, tables, user } = await madeChange();
    tables.users.set(user.id, { ...user, password: '!nothing' });
    expect(await problemOf({ old_password: '!nothing' })).toEqual(wrong);
  });

  test('has the limit of a login, even for fifty requests at once; after that the right one is refused too', async () => {
    const { problemOf, pass } = await madeChange({}, '3/15m');
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => problemOf({ old_password: 'a wrong one' })));
    expect(outcomes.filter((outcome) => outcome === 'throttled')).toHaveLength(47);
    expect(await problemOf()).toBe('throttled');
    pass(20 * 60);
    expect(await problemOf()).toBe('changed');
  });

  test('is counted as a right one is, because each change sends a notice', async () => {
    const { problemOf, pairOf, callerOf } = await madeChange({}, '3/15m');
    await problemOf({ old_password: 'a wrong one' });
    const { access } = await pairOf();
    const again = { old_password: wanted, new_password: 'a third sentence' };
    expect(await problemOf({ ...again, old_password: 'wrong' }, callerOf(access))).toEqual(wrong);
    expect(await problemOf(again, callerOf(access))).toBe('throttled');
  });
});

describe('a caller who may not change the password', () => {
  test.each([
    ['is gone', undefined, 'user_not_found'],
    ['is inactive', { isActive: false }, 'user_inactive'],
    ['was logged out everywhere', { tokenEpoch: 7 }, 'token_not_valid token_blacklisted'],
  ])('%s: is told so, as the authorizer would', async (_, given, problem) => {
    const { problemOf, tables, user } = await madeChange();
    if (given) tables.users.set(user.id, { ...user, ...given });
    else tables.users.delete(user.id);
    expect(await problemOf()).toBe(problem);
    expect(tables.counters.size).toBe(0);
  });

  test('is refused if the session is over', async () => {
    const { problemOf, tables, knows, pass } = await madeChange();
    const rows = new Map(tables.sessions);
    tables.sessions.clear();
    expect(await problemOf()).toBe('token_not_valid token_blacklisted');
    for (const [key, row] of rows) tables.sessions.set(key, row);
    pass(3600);
    expect([await problemOf(), await knows(old)]).toEqual(['token_not_valid token_blacklisted', true]);
  });

  test('gets no new tokens if the rule of hooks.ts refuses the user', async () => {
    const { problemOf, knows } = await madeChange({
      hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, { USER_AUTHENTICATION_RULE: () => false }),
    });
    expect([await problemOf(), await knows(old)]).toEqual(['no_active_account no_active_account_for_token', true]);
  });
});

describe('a change that races with other requests', () => {
  test('is done once if fifty are sent, and its password counts', async () => {
    const { problemOf, knows, tables, row, user } = await madeChange({}, '100/15m');
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => problemOf({ new_password: `the new sentence ${index}` })));
    const [winner] = outcomes.flatMap((outcome, index) => (outcome === 'changed' ? [index] : []));
    expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['changed', 'token_not_valid token_blacklisted']));
    expect([await knows(`the new sentence ${winner}`), row()?.tokenEpoch, tables.events.length]).toEqual([true, user.tokenEpoch + 1, 1]);
  });

  test('goes through if a login upgrades the hash meanwhile', async () => {
    const { pairOf, needs, tables, user, knows, holds } = await madeChange();
    let isFirst = true;
    const store = {
      change: async (asked: Parameters<typeof needs.store.change>[0]) => {
        const anew = await needs.passwords.hash(old);
        if (isFirst) tables.users.set(user.id, { ...user, password: anew });
        isFirst = false;
        return await needs.store.change(asked);
      },
    };
    const pair = await pairOf({}, undefined, { store });
    expect([await knows(wanted), await holds(pair.refresh)]).toEqual([true, true]);
  });

  test('voids the tokens of a refresh that happens between its read and its write', async () => {
    const { first, refresh, pairOf, needs, holdsAll } = await madeChange();
    let refreshed: TokenPair | undefined;
    const store = {
      change: async (asked: Parameters<typeof needs.store.change>[0]) => {
        refreshed ??= await refresh(first.refresh);
        return await needs.store.change(asked);
      },
    };
    const pair = await pairOf({}, undefined, { store });
    expect(claimsOf(pair.refresh)).toMatchObject({ generation: 2, epoch: 2 });
    expect(await holdsAll(refreshed ?? expect.unreachable(), pair)).toEqual([false, false, true, true]);
  });

  test('refuses a refresh that read before it and writes after it, without reporting a theft', async () => {
    const { first, needs, change, session, tables } = await madeChange();
    const rotate: typeof needs.sessions.rotate = async (rotation) => {
      await change();
      return await needs.sessions.rotate(rotation);
    };
    const { standing } = needs;
    const before = await standing.standingOf(claimsOf(first.refresh) as never, needs.now());
    const late = { ...needs, sessions: { ...needs.sessions, rotate }, standing: { standingOf: async () => before } };
    await expect(quietly(() => refreshSession(late, first.refresh, { ...client, requestId: 'late' }))).rejects.toMatchObject({
      code: 'token_not_valid',
    });
    expect([session()?.generation, tables.events.map(({ type }) => type)]).toEqual([1, ['password_changed']]);
  });

  test('answers 503 if other writers always come first, and gives the try back', async () => {
    const { problemOf, tables, knows } = await madeChange();
    for (const outcome of ['busy', 'changed-meanwhile'] as const)
      expect(await problemOf({}, undefined, { store: { change: async () => outcome } })).toBe('unavailable');
    expect([[...tables.counters.values()], await knows(old)]).toEqual([[0, 0, 0], true]);
  });
});

describe('a fault of the service', () => {
  const broken = async () => {
    throw new Error('no answer');
  };

  test('before the write leaves the old password and tokens valid, and counts no try', async () => {
    const { first, problemOf, knows, holdsAll, tables } = await madeChange();
    for (const given of [{ personal: broken }, { signingKey: broken }, { store: { change: broken } }])
      expect(await problemOf({}, undefined, given)).toBe('undefined');
    expect([await knows(old), [...tables.counters.values()]]).toEqual([true, [0, 0, 0]]);
    expect(await holdsAll(first)).toEqual([true, true]);
  });

  test('after the write does not stop the answer with the new tokens', async () => {
    for (const more of [{}, unchecked]) {
      const { pairOf, problemOf, needs, knows, holds } = await madeChange(more);
      await problemOf({ old_password: 'a wrong one' });
      let isWritten = false;
      const given = {
        store: {
          change: async (asked: Parameters<typeof needs.store.change>[0]) => {
            isWritten = true;
            return await needs.store.change(asked);
          },
        },
        sessions: {
          ...needs.sessions,
          remove: broken,
          list: async (userId: string, most: number) => (isWritten ? await broken() : await needs.sessions.list(userId, most)),
        },
        throttle: { ...needs.throttle, clear: broken },
      };
      const pair = await pairOf({}, undefined, given);
      expect([await knows(wanted), await holds(pair.access)]).toEqual([true, true]);
    }
  });

  test('after the write keeps the project’s claims in the new access token', async () => {
    const { pairOf } = await madeChange({ personal: async () => ({ custom: { nickname: 'Ada' } }) });
    expect(claimsOf((await pairOf()).access)).toMatchObject({ nickname: 'Ada' });
  });
});
