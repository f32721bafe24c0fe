import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, claimsOf, newUser, post, problemOf, read, register, type SignedInUser, signedInUser, signIn } from './users.ts';

const { gateway, tables } = await sharedGateway();

const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
const refreshed = async (token: string) => (await (await refresh(token)).json()) as { access: string; refresh: string };
const verify = (token: string) => post(gateway, '/token/verify/', { token });
const profile = ({ id, access }: { id: string; access: string }) => read(gateway, `/users/${id}/`, access);
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
/** The claims that the discovery document lists, except `iss`: it exists only on a stage with an issuer. */
const supported = async (settings: Record<string, string>) => {
  gateway.use({ ...settings, ISSUER: 'https://accounts.example.com' });
  const response = await gateway.fetch('/.well-known/openid-configuration');
  const { claims_supported: names } = (await response.json()) as { claims_supported: string[] };
  gateway.use(settings);
  return names.filter((name) => name !== 'iss').toSorted();
};
/** Which of a user's requests with their tokens still work. */
const statuses = async (user: SignedInUser, token = user.refresh) => ({
  access: (await profile(user)).status,
  verify: (await verify(user.access)).status,
  refresh: (await refresh(token)).status,
});

describe('TOKEN_TYPE_CLAIM, JTI_CLAIM, USER_ID_CLAIM and REVOKE_TOKEN_CLAIM', () => {
  it('name the claims in every token and in the discovery document; tokens with other claim names are invalid', async () => {
    const before = await signedInUser(gateway);
    const names = { TOKEN_TYPE_CLAIM: 'use', JTI_CLAIM: 'token_id', USER_ID_CLAIM: 'sub', REVOKE_TOKEN_CLAIM: 'hash_password' };
    gateway.use(names);
    const user = await signedInUser(gateway);
    expect(Object.keys(claimsOf(user.access))).toEqual([
      'use',
      'exp',
      'iat',
      'token_id',
      'sub',
      'sid',
      'hash_password',
      'roles',
      'ability',
    ]);
    expect(claimsOf(user.access)).toMatchObject({ use: 'access', sub: user.id, hash_password: 0 });
    expect(claimsOf(user.refresh)).toMatchObject({ use: 'refresh', generation: 0 });
    expect(await supported(names)).toEqual(Object.keys(claimsOf(user.access)).toSorted());
    expect(await statuses(user)).toEqual({ access: 200, verify: 200, refresh: 200 });
    expect((await refresh(user.access)).status).toBe(401);
    expect(await problemOf(await profile(before))).toMatchObject({ detail: 'Token is invalid' });
    gateway.use();
    expect(await problemOf(await profile(user))).toMatchObject({ detail: 'Token is invalid' });
    expect((await profile(before)).status).toBe(200);
  });
});

describe('USER_ID_FIELD', () => {
  it('puts a name into tokens and the id into `sub`; a user whose name changes has to log in again', async () => {
    gateway.use({ USER_ID_FIELD: 'username', USER_ID_CLAIM: 'username' });
    const user = await signedInUser(gateway);
    for (const token of [user.access, user.refresh]) expect(claimsOf(token)).toMatchObject({ username: user.username, sub: user.id });
    expect(await supported({ USER_ID_FIELD: 'username', USER_ID_CLAIM: 'username' })).toEqual(
      Object.keys(claimsOf(user.access)).toSorted(),
    );
    const next = await refreshed(user.refresh);
    expect(claimsOf(next.access)).toMatchObject({ username: user.username, sub: user.id });
    expect((await profile({ ...user, ...next })).status).toBe(200);
    await tables.set('users', { id: user.id }, 'username', 'somebody.else');
    expect(await problemOf(await profile(user))).toMatchObject({ status: 401, code: 'user_not_found' });
    expect(await problemOf(await verify(next.access))).toMatchObject({ code: 'user_not_found' });
    expect(await problemOf(await refresh(next.refresh))).toMatchObject({ code: 'no_active_account' });
    const { access } = await signIn(gateway, user);
    expect(claimsOf(access)).toMatchObject({ username: 'somebody.else' });
    gateway.use({ USER_ID_FIELD: 'email', USER_ID_CLAIM: 'email' });
    const unproved = await post(gateway, '/token/', { username: user.username, password: user.password });
    expect(await problemOf(unproved)).toMatchObject({
      status: 401,
      code: 'no_active_account',
      detail: expect.stringContaining('not proved'),
    });
    await tables.set('users', { id: user.id }, 'email_verified', true);
    expect(claimsOf((await signIn(gateway, user)).access)).toMatchObject({ email: user.email, sub: user.id });
  });
});

describe('AUDIENCE', () => {
  it('can have several values, of which a token has to name one', async () => {
    gateway.use({ AUDIENCE: 'app' });
    const early = await signedInUser(gateway);
    gateway.use({ AUDIENCE: 'other' });
    expect(await problemOf(await profile(early))).toMatchObject({ detail: 'Token is invalid' });
    gateway.use({ AUDIENCE: 'app, other' });
    expect(claimsOf((await signIn(gateway, early)).access)['aud']).toEqual(['app', 'other']);
    expect((await profile(early)).status).toBe(200);
  });
});

describe('CHECK_REVOKE_TOKEN', () => {
  const raiseEpoch = (id: string) => tables.set('users', { id }, 'token_epoch', 7);

  it('on voids every token once the epoch is raised', async () => {
    gateway.use();
    const user = await signedInUser(gateway);
    await raiseEpoch(user.id);
    expect(await statuses(user)).toEqual({ access: 401, verify: 401, refresh: 401 });
  });

  it('off ignores the epoch, and logging out everywhere still ends each session at once', async () => {
    gateway.use({ CHECK_REVOKE_TOKEN: 'false' });
    const user = await signedInUser(gateway);
    const elsewhere = { ...user, ...(await signIn(gateway, user)) };
    await raiseEpoch(user.id);
    const { refresh: next } = await refreshed(user.refresh);
    expect(await statuses(user, next)).toEqual({ access: 200, verify: 200, refresh: 200 });
    const list = (await (await read(gateway, `/users/${user.id}/sessions/`, user.access)).json()) as { results: Body[] };
    expect(list.results).toHaveLength(2);
    expect((await post(gateway, '/logout/', { scope: 'global' }, bearer(user.access))).status).toBe(200);
    for (const each of [user, elsewhere]) expect(await statuses(each)).toEqual({ access: 401, verify: 401, refresh: 401 });
    expect((await signIn(gateway, user)).access).toBeDefined();
  });
});

describe('CHECK_USER_IS_ACTIVE', () => {
  it('off lets inactive users log in, call and refresh', async () => {
    gateway.use();
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'is_active', false);
    expect(await statuses(user)).toEqual({ access: 401, verify: 401, refresh: 401 });
    const { username, password } = user;
    expect(await problemOf(await post(gateway, '/login/', { username, password }))).toMatchObject({ code: 'no_active_account' });
    gateway.use({ CHECK_USER_IS_ACTIVE: 'false' });
    const pair = await signIn(gateway, user);
    expect(await statuses({ ...user, ...pair })).toEqual({ access: 200, verify: 200, refresh: 200 });
    expect((await post(gateway, '/login/', { username, password })).status).toBe(200);
  });
});

describe('BLACKLIST_AFTER_ROTATION', () => {
  it('off answers a spent refresh token with the session’s current tokens until the session ends', async () => {
    gateway.use({ BLACKLIST_AFTER_ROTATION: 'false', REFRESH_GRACE: '0s' });
    const user = await signedInUser(gateway);
    const second = await refreshed(user.refresh);
    const third = await refreshed(second.refresh);
    const again = await refreshed(user.refresh);
    expect(claimsOf(again.refresh)).toMatchObject({ generation: 2, jti: claimsOf(third.refresh)['jti'] });
    expect((await verify(user.refresh)).status).toBe(200);
    expect((await profile({ ...user, ...again })).status).toBe(200);
    expect((await post(gateway, '/token/blacklist/', { refresh: second.refresh })).status).toBe(200);
    for (const token of [user.refresh, third.refresh]) expect(await problemOf(await refresh(token))).toEqual(blacklisted);
    expect(await problemOf(await profile({ ...user, ...again }))).toEqual(blacklisted);
  });

  it('on refuses a refresh token of two generations ago and ends its session', async () => {
    gateway.use({ REFRESH_GRACE: '0s' });
    const user = await signedInUser(gateway);
    const last = await refreshed((await refreshed(user.refresh)).refresh);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    expect(await problemOf(await refresh(last.refresh))).toEqual(blacklisted);
    expect(await problemOf(await verify(user.refresh))).toEqual(blacklisted);
  });
});

describe('TOKEN_MAX_BYTES', () => {
  it('below the longest possible token stops the functions that sign, and the log says why', async () => {
    gateway.use({ TOKEN_MAX_BYTES: '600' });
    const user = newUser();
    await register(gateway, user);
    const { username, password } = user;
    expect((await post(gateway, '/token/', { username, password })).status).toBe(500);
    const said = gateway.logs('tokenObtain').map(({ text }) => text);
    expect(said.join('\n')).toMatch(/TOKEN_MAX_BYTES is 600, but the longest token takes \d+ bytes/);
    gateway.use();
    expect((await post(gateway, '/token/', { username, password })).status).toBe(200);
  });
});
