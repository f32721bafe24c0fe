import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import { madePasswords } from '../lib/passwords/made-passwords.ts';
import type { TokenPair } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import {
  type Body,
  bearer,
  claimsOf,
  fiftyAtOnce,
  post,
  problemOf,
  read,
  type SignedInUser,
  signedInUser,
  signIn,
  signInSliding,
} from './users.ts';

const settings = { AUTH_TOKEN_CLASSES: 'AccessToken,SlidingToken' };
const { gateway, tables, seeds, clock } = await sharedGateway({
  shape: { AUTH_COOKIES: 'lax', CORS_ORIGINS: 'http://localhost:5173' },
  settings,
});
afterEach(clock.run);

type Caller = { readonly id: string; readonly access: string; readonly password?: string };
const newPassword = 'quite another sentence';
const form = (old_password: string, new_password: string): Body => ({
  old_password,
  new_password,
  new_password_confirmation: new_password,
});
const change = (user: Caller, body: Body = form(user.password ?? '', newPassword), headers: Record<string, string> = {}) =>
  post(gateway, `/users/${user.id}/password/`, body, { authorization: `Bearer ${user.access}`, ...headers });
const changed = async (...parameters: Parameters<typeof change>): Promise<TokenPair> => {
  const response = await change(...parameters);
  if (response.status !== 200) throw new Error(`not changed: ${response.status} ${await response.text()}`);
  return (await response.json()) as TokenPair;
};
const verify = async (token: string) => (await post(gateway, '/token/verify/', { token })).status;
const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
const statusesOf = async (...pairs: TokenPair[]) =>
  await Promise.all(pairs.flatMap(({ access, refresh: token }) => [verify(access), verify(token)]));
const logIn = async ({ username }: Pick<SignedInUser, 'username'>, password: string) =>
  (await post(gateway, '/token/', { username, password })).status;
const eventsOf = async (userId: string) => (await tables.all('outbox')).filter(({ user_id }) => user_id === userId).map(({ type }) => type);
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const wrong = { status: 400, errors: { old_password: ['Your old password was entered incorrectly. Please enter it again.'] } };

describe('a password change', () => {
  it('gives this session new tokens and ends all other sessions', async () => {
    const ada = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, ada);
    const pair = await changed(ada);
    expect(Object.keys(pair).toSorted()).toEqual(['access', 'refresh']);
    expect(await statusesOf(ada, elsewhere, pair)).toEqual([401, 401, 401, 401, 200, 200]);
    expect([await logIn(ada, ada.password), await logIn(ada, newPassword)]).toEqual([401, 200]);
    expect(claimsOf(pair.access)).toMatchObject({ sid: claimsOf(ada.access)['sid'], epoch: 1 });
    const { results } = (await (await read(gateway, `/users/${ada.id}/sessions/`, pair.access)).json()) as { results: Body[] };
    expect(results.filter(({ current }) => current)).toEqual([expect.objectContaining({ id: claimsOf(ada.access)['sid'] })]);
    expect(await tables.get('sessions', { user_id: ada.id, sid: claimsOf(elsewhere.access)['sid'] })).toBeUndefined();
    expect((await refresh(pair.refresh)).status).toBe(200);
    expect(await eventsOf(ada.id)).toContain('password_changed');
  });

  it('can be repeated with the new tokens, as a form, and without the trailing slash', async () => {
    const ada = await signedInUser(gateway);
    const next = await changed(ada);
    const response = await gateway.fetch(`/users/${ada.id}/password`, {
      method: 'POST',
      headers: { authorization: `Bearer ${next.access}`, 'accept-language': 'zh-CN' },
      body: new URLSearchParams(form(newPassword, 'a third sentence') as Record<string, string>),
    });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await logIn(ada, 'a third sentence')).toBe(200);
  });

  it('names the invalid fields in both languages, and changes nothing then', async () => {
    const ada = await signedInUser(gateway);
    expect(await (await change(ada, form('a wrong one', newPassword))).json()).toMatchObject({ code: 'validation_failed', ...wrong });
    const chinese = await change(ada, form('a wrong one', newPassword), { 'accept-language': 'zh-CN' });
    expect(await chinese.json()).toMatchObject({ errors: { old_password: ['旧密码不正确，请重新输入。'] } });
    const errorsOf = async (body: Body) => ((await (await change(ada, body)).json()) as { errors: Body }).errors;
    expect(await errorsOf({})).toEqual({
      old_password: ['This field is required.'],
      new_password: ['This field is required.'],
      new_password_confirmation: ['This field is required.'],
    });
    expect(await errorsOf(form(ada.password, ada.password))).toEqual({
      new_password: ['The new password must differ from the old one.'],
    });
    expect(await errorsOf(form(ada.password, ada.email))).toEqual({ new_password: ['The password is too similar to the email.'] });
    expect(await errorsOf({ ...form(ada.password, 'password'), new_password_confirmation: 'x' })).toEqual({
      new_password: ['This password is too common.'],
      new_password_confirmation: ['The two password fields didn’t match.'],
    });
    expect([await verify(ada.access), await logIn(ada, ada.password)]).toEqual([200, 200]);
  });

  it('is refused for another user’s account, whatever the caller knows', async () => {
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    for (const [user, password] of [
      [{ ...ada, access: bob.access }, ada.password],
      [{ ...ada, access: bob.access }, bob.password],
      [{ id: 'nobody', access: bob.access }, bob.password],
    ] as const)
      expect(await problemOf(await change(user, form(password, newPassword)))).toMatchObject({ status: 403, code: 'permission_denied' });
    const more = {
      id: ada.id,
      user_id: ada.id,
      sub: ada.id,
      token_epoch: 9,
      is_superuser: true,
      roles: ['admin'],
      password: 'x'.repeat(20),
    };
    const pair = (await (await change(bob, { ...form(bob.password, newPassword), ...more })).json()) as TokenPair;
    expect(await tables.get('users', { id: bob.id })).toMatchObject({ token_epoch: 1, is_superuser: false, roles: [] });
    expect(await tables.get('users', { id: ada.id })).toMatchObject({ token_epoch: 0 });
    expect([await logIn(ada, ada.password), await logIn(bob, newPassword), await verify(pair.access)]).toEqual([200, 200, 200]);
  });

  it('takes neither a refresh token nor a revoked token as bearer', async () => {
    const ada = await signedInUser(gateway);
    expect((await change({ ...ada, access: ada.refresh })).status).toBe(401);
    await changed(ada);
    expect(await problemOf(await change(ada))).toEqual(blacklisted);
    expect(await problemOf(await change(ada, form(newPassword, 'a third sentence')))).toEqual(blacklisted);
  });

  it('counts wrong passwords per user and per address before it compares; logins use up none of the user’s or the address’s tries', async () => {
    gateway.use({ LOGIN_RATE_ACCOUNT: '3/15m', LOGIN_RATE_ADDRESS: '20/15m' });
    clock.stop();
    const ada = await signedInUser(gateway);
    for (const username of [ada.username, ada.id])
      for (let count = 0; count < 4; count += 1) await post(gateway, '/token/', { username, password: 'wrong' });
    const outcomes = await fiftyAtOnce(() => change(ada, form('a wrong one', newPassword)));
    expect(outcomes.filter(({ status }) => status === 400)).toHaveLength(3);
    expect(outcomes.filter(({ status }) => status === 429)).toHaveLength(47);
    const late = await change(ada);
    expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
    const bob = await signedInUser(gateway);
    const from = '192.0.2.77';
    const headers = { authorization: `Bearer ${bob.access}` };
    for (let count = 0; count < 30; count += 1)
      await post(gateway, '/token/', { username: `n${count}x`, password: 'wrong' }, headers, from);
    const guess = form('a wrong one', newPassword);
    for (let count = 0; count < 20; count += 1) {
      const other = await signedInUser(gateway);
      expect((await post(gateway, `/users/${other.id}/password/`, guess, bearer(other.access), from)).status).toBe(400);
    }
    expect((await post(gateway, `/users/${bob.id}/password/`, form(bob.password, newPassword), headers, from)).status).toBe(429);
    expect((await change(bob)).status).toBe(200);
  });
});

describe('a password change by another credential', () => {
  it('with a sliding token answers with a new one and revokes the old one', async () => {
    const ada = await signedInUser(gateway);
    const sliding = await signInSliding(gateway, ada);
    const response = await change({ ...ada, access: sliding });
    const { token } = (await response.json()) as { token: string };
    expect([claimsOf(token)['refresh_exp'], claimsOf(token)['sid']]).toEqual([claimsOf(sliding)['refresh_exp'], claimsOf(sliding)['sid']]);
    expect([await verify(sliding), await verify(ada.access), await verify(token)]).toEqual([401, 401, 200]);
    expect((await post(gateway, '/token/sliding/refresh/', { token: sliding })).status).toBe(401);
    const renewed = await post(gateway, '/token/sliding/refresh/', { token });
    expect(renewed.status).toBe(200);
    expect((await read(gateway, '/userInfo/', ((await renewed.json()) as { token: string }).token)).status).toBe(200);
  });

  it('with cookies answers with cookies, and with no token in the body', async () => {
    const ada = await signedInUser(gateway);
    const headers = { origin: 'http://localhost:5173', 'content-type': 'application/json' };
    const send = (path: string, body: Body, more: Record<string, string> = {}) =>
      gateway.fetch(path, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
    const cookieOf = (response: Response) =>
      response.headers
        .getSetCookie()
        .map((line) => line.split(';', 1)[0])
        .join('; ');
    const login = await send('/token/', { username: ada.username, password: ada.password, cookies: true, remembered: true });
    const cookie = cookieOf(login);
    expect(
      await problemOf(
        await send(`/users/${ada.id}/password/`, form(ada.password, newPassword), { cookie, origin: 'https://evil.example' }),
      ),
    ).toMatchObject({
      status: 403,
      code: 'csrf_failed',
    });
    const response = await send(`/users/${ada.id}/password/`, form(ada.password, newPassword), { cookie });
    expect([response.status, await response.json()]).toEqual([200, { expires_in: 300 }]);
    const attributes = (line = '') => line.replace(/^([^=]+)=[^;]+/, '$1');
    const [access, refresh] = login.headers.getSetCookie();
    expect(response.headers.getSetCookie().map(attributes)).toEqual([attributes(access), attributes(refresh)]);
    expect((await gateway.fetch('/userInfo/', { headers: { cookie } })).status).toBe(401);
    expect((await gateway.fetch('/userInfo/', { headers: { cookie: cookieOf(response) } })).status).toBe(200);
    expect((await send('/token/refresh/', {}, { cookie: cookieOf(response) })).status).toBe(200);
    expect(await verify(ada.access)).toBe(401);
  });

  it('ends every other session and voids all old tokens with CHECK_REVOKE_TOKEN off', async () => {
    gateway.use({ CHECK_REVOKE_TOKEN: 'false' });
    const ada = await signedInUser(gateway);
    const others = [await signIn(gateway, ada), await signIn(gateway, ada)];
    const pair = await changed(ada);
    expect(await statusesOf(ada, ...others, pair)).toEqual([401, 401, 401, 401, 401, 401, 200, 200]);
    for (const { refresh: token } of [ada, ...others]) expect((await refresh(token)).status).toBe(401);
    expect((await refresh(pair.refresh)).status).toBe(200);
  });

  it('reads the revocation itself with REVOCATION_CHECK=lazy', async () => {
    gateway.use({ REVOCATION_CHECK: 'lazy' });
    const [ada, bob] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await post(gateway, '/logout/', {}, { authorization: `Bearer ${ada.access}` });
    expect(await problemOf(await change(ada))).toEqual(blacklisted);
    await changed(bob);
    expect(await problemOf(await change(bob, form(newPassword, 'a third sentence')))).toEqual(blacklisted);
    expect([await logIn(ada, ada.password), await logIn(bob, newPassword)]).toEqual([200, 200]);
  });
});

const isWrite = ({ operation }: Call) => operation === 'TransactWriteItems';

describe('a failed password change', () => {
  it.each(['crash-before', 'drop-before', 'refuse'] as const)('before the write (%s) changes nothing and counts no try', async (kind) => {
    const ada = await signedInUser(gateway);
    const fault = gateway.gate.fault('passwordChange', isWrite, kind, { times: 99 });
    const response = await change(ada);
    fault.end();
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect([await verify(ada.access), await logIn(ada, ada.password)]).toEqual([200, 200]);
    expect((await change(ada)).status).toBe(200);
  });

  it('whose answer from the table is lost is done once, and answers with tokens that work', async () => {
    const ada = await signedInUser(gateway);
    const fault = gateway.gate.fault('passwordChange', isWrite, 'drop-after');
    const pair = await changed(ada);
    expect([fault.struck, await verify(pair.access), claimsOf(pair.access)['epoch']]).toEqual([1, 200, 1]);
  });

  it('after the write has changed the password: a repeat gets 401, and the new password signs in', async () => {
    const ada = await signedInUser(gateway);
    gateway.gate.fault('passwordChange', isWrite, 'crash-after');
    expect((await change(ada)).status).toBeGreaterThanOrEqual(500);
    expect(await problemOf(await change(ada))).toEqual(blacklisted);
    expect((await refresh(ada.refresh)).status).toBe(401);
    const again = await signIn(gateway, { ...ada, password: newPassword });
    expect(await (await change({ ...ada, ...again }, form(ada.password, 'a third sentence'))).json()).toMatchObject(wrong);
    expect(await logIn(ada, ada.password)).toBe(401);
  });

  it('that cannot delete session rows has ended those sessions all the same', async () => {
    const ada = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, ada);
    const fault = gateway.gate.fault('passwordChange', ({ operation }) => operation === 'DeleteItem', 'drop-before', { times: 99 });
    const pair = await changed(ada);
    fault.end();
    expect(await tables.get('sessions', { user_id: ada.id, sid: claimsOf(elsewhere.access)['sid'] })).toBeDefined();
    expect(await statusesOf(elsewhere, pair)).toEqual([401, 401, 200, 200]);
  });
});

const rounds = 100;

describe('a hundred password changes', () => {
  const old = 'the sentence of before';
  let hash = '';
  let changeMs = 0;
  beforeAll(async () => {
    hash = await madePasswords().hash(old);
    const [ada, begun] = [await signedInUser(gateway), Date.now()];
    await changed(ada);
    changeMs = Date.now() - begun;
  });
  /** Plays each round with a new user, ten at once; returns the outcomes, each once. */
  async function play(round: (user: Caller & TokenPair & { username: string }, index: number) => Promise<string>): Promise<string[]> {
    const endings = new Set<string>();
    let next = 0;
    const lane = async () => {
      for (let index = next++; index < rounds; index = next++) {
        const username = `r${Date.now().toString(36)}${index}x${Math.random().toString(36).slice(2, 8)}`;
        const user = await seeds.signedInUser({ username, password: hash });
        await tables.put('identifiers', { identifier: username, kind: 'username', user_id: user.id });
        endings.add(await round({ ...user, username, password: old }, index));
      }
    };
    await Promise.all(Array.from({ length: 10 }, lane));
    return [...endings].sort();
  }
  /**
   * Runs two requests at once. Either starts first in turn; the other starts after 0 to 5 fifths of the first one’s
   * usual time.
   */
  async function staggered<A, B>(index: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
    const share = (Math.floor(index / 2) % 6) / 5;
    const after = async (first: Promise<unknown>, usualMs: number) => {
      await (share < 1 ? Promise.race([first, pause(share * usualMs)]) : first);
    };
    if (index % 2) {
      const first = one();
      return await Promise.all([first, after(first, changeMs).then(other)]);
    }
    const first = other();
    return await Promise.all([after(first, changeMs).then(one), first]);
  }

  it('against a refresh: no old token works after the 200, and the new tokens do', async () => {
    const endings = await play(async (user, index) => {
      const [pair, refreshed] = await staggered(
        index,
        () => changed(user),
        () => refresh(user.refresh),
      );
      const gained = refreshed.ok ? [(await refreshed.json()) as TokenPair] : [];
      for (const status of await statusesOf(user, ...gained)) expect(status).toBe(401);
      for (const token of [user.refresh, ...gained.map((each) => each.refresh)]) expect((await refresh(token)).status).toBe(401);
      expect(await statusesOf(pair)).toEqual([200, 200]);
      expect((await refresh(pair.refresh)).status).toBe(200);
      return `refresh ${refreshed.status}`;
    });
    expect(endings).toEqual(expect.arrayContaining(['refresh 200', 'refresh 401']));
    expect(endings.filter((ending) => !/200|401|503/.test(ending))).toEqual([]);
  });

  it('against a login with the old password: a session that the login opened is over', async () => {
    const endings = await play(async (user, index) => {
      const [pair, login] = await staggered(
        index,
        () => changed(user),
        () => post(gateway, '/token/', { username: user.username, password: old }),
      );
      const gained = login.ok ? [(await login.json()) as TokenPair] : [];
      for (const status of await statusesOf(user, ...gained)) expect(status).toBe(401);
      expect(await statusesOf(pair)).toEqual([200, 200]);
      return `login ${login.status}`;
    });
    expect(endings).toEqual(['login 200', 'login 401']);
  });

  it('at once, for one user: one succeeds, and its password and its tokens work', async () => {
    const ada = await signedInUser(gateway);
    const responses = await fiftyAtOnce((index) => change(ada, form(ada.password, `the sentence number ${index}`)));
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses).difference(new Set([200, 400, 401, 429, 503]))).toEqual(new Set());
    const winner = statuses.indexOf(200);
    expect(await statusesOf((await responses[winner]?.json()) as TokenPair)).toEqual([200, 200]);
    expect(await logIn(ada, `the sentence number ${winner}`)).toBe(200);
    expect((await eventsOf(ada.id)).filter((type) => type === 'password_changed')).toHaveLength(1);
  });
});
