import { describe, expect, it } from 'vitest';
import { type Body, claimsOf, post, read, refusal, register, resident, type SignedIn, signIn, somebody } from './people.ts';
import { sharedGateway } from './shared-gateway.ts';

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
/** Which of somebody's ways with their tokens still work. */
const ways = async (person: SignedIn, token = person.refresh) => ({
  access: (await profile(person)).status,
  verify: (await verify(person.access)).status,
  refresh: (await refresh(token)).status,
});

describe('TOKEN_TYPE_CLAIM, JTI_CLAIM, USER_ID_CLAIM and REVOKE_TOKEN_CLAIM', () => {
  it('name the claims of every token, and those of the document that lists them; tokens of other names are none', async () => {
    const before = await resident(gateway);
    const names = { TOKEN_TYPE_CLAIM: 'use', JTI_CLAIM: 'token_id', USER_ID_CLAIM: 'sub', REVOKE_TOKEN_CLAIM: 'hash_password' };
    gateway.use(names);
    const person = await resident(gateway);
    expect(Object.keys(claimsOf(person.access))).toEqual([
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
    expect(claimsOf(person.access)).toMatchObject({ use: 'access', sub: person.id, hash_password: 0 });
    expect(claimsOf(person.refresh)).toMatchObject({ use: 'refresh', generation: 0 });
    expect(await supported(names)).toEqual(Object.keys(claimsOf(person.access)).toSorted());
    expect(await ways(person)).toEqual({ access: 200, verify: 200, refresh: 200 });
    expect((await refresh(person.access)).status).toBe(401);
    expect(await refusal(await profile(before))).toMatchObject({ detail: 'Token is invalid' });
    gateway.use();
    expect(await refusal(await profile(person))).toMatchObject({ detail: 'Token is invalid' });
    expect((await profile(before)).status).toBe(200);
  });
});

describe('USER_ID_FIELD', () => {
  it('has tokens carry a name, and `sub` the id; whoever is called otherwise since then logs in again', async () => {
    gateway.use({ USER_ID_FIELD: 'username', USER_ID_CLAIM: 'username' });
    const person = await resident(gateway);
    for (const token of [person.access, person.refresh])
      expect(claimsOf(token)).toMatchObject({ username: person.username, sub: person.id });
    expect(await supported({ USER_ID_FIELD: 'username', USER_ID_CLAIM: 'username' })).toEqual(
      Object.keys(claimsOf(person.access)).toSorted(),
    );
    const next = await refreshed(person.refresh);
    expect(claimsOf(next.access)).toMatchObject({ username: person.username, sub: person.id });
    expect((await profile({ ...person, ...next })).status).toBe(200);
    await tables.set('users', { id: person.id }, 'username', 'somebody.else');
    expect(await refusal(await profile(person))).toMatchObject({ status: 401, code: 'user_not_found' });
    expect(await refusal(await verify(next.access))).toMatchObject({ code: 'user_not_found' });
    expect(await refusal(await refresh(next.refresh))).toMatchObject({ code: 'no_active_account' });
    const { access } = await signIn(gateway, person);
    expect(claimsOf(access)).toMatchObject({ username: 'somebody.else' });
    gateway.use({ USER_ID_FIELD: 'email', USER_ID_CLAIM: 'email' });
    expect(claimsOf((await signIn(gateway, person)).access)).toMatchObject({ email: person.email, sub: person.id });
  });
});

describe('AUDIENCE', () => {
  it('can be several, of which a token has to name one', async () => {
    gateway.use({ AUDIENCE: 'app' });
    const early = await resident(gateway);
    gateway.use({ AUDIENCE: 'other' });
    expect(await refusal(await profile(early))).toMatchObject({ detail: 'Token is invalid' });
    gateway.use({ AUDIENCE: 'app, other' });
    expect(claimsOf((await signIn(gateway, early)).access)['aud']).toEqual(['app', 'other']);
    expect((await profile(early)).status).toBe(200);
  });
});

describe('CHECK_REVOKE_TOKEN', () => {
  const raiseEpoch = (id: string) => tables.set('users', { id }, 'token_epoch', 7);

  it('has a raised epoch void every token', async () => {
    gateway.use();
    const person = await resident(gateway);
    await raiseEpoch(person.id);
    expect(await ways(person)).toEqual({ access: 401, verify: 401, refresh: 401 });
  });

  it('switched off has nobody look at the epoch; logging out everywhere ends the sessions one by one, at once all the same', async () => {
    gateway.use({ CHECK_REVOKE_TOKEN: 'false' });
    const person = await resident(gateway);
    const elsewhere = { ...person, ...(await signIn(gateway, person)) };
    await raiseEpoch(person.id);
    const { refresh: next } = await refreshed(person.refresh);
    expect(await ways(person, next)).toEqual({ access: 200, verify: 200, refresh: 200 });
    const list = (await (await read(gateway, `/users/${person.id}/sessions/`, person.access)).json()) as { results: Body[] };
    expect(list.results).toHaveLength(2);
    expect((await post(gateway, '/logout/', { scope: 'global' }, { authorization: `Bearer ${person.access}` })).status).toBe(200);
    for (const each of [person, elsewhere]) expect(await ways(each)).toEqual({ access: 401, verify: 401, refresh: 401 });
    expect((await signIn(gateway, person)).access).toBeDefined();
  });
});

describe('CHECK_USER_IS_ACTIVE', () => {
  it('switched off lets the inactive log in, call and refresh', async () => {
    gateway.use();
    const person = await resident(gateway);
    await tables.set('users', { id: person.id }, 'is_active', false);
    expect(await ways(person)).toEqual({ access: 401, verify: 401, refresh: 401 });
    const { username, password } = person;
    expect(await refusal(await post(gateway, '/login/', { username, password }))).toMatchObject({ code: 'no_active_account' });
    gateway.use({ CHECK_USER_IS_ACTIVE: 'false' });
    const pair = await signIn(gateway, person);
    expect(await ways({ ...person, ...pair })).toEqual({ access: 200, verify: 200, refresh: 200 });
    expect((await post(gateway, '/login/', { username, password })).status).toBe(200);
  });
});

describe('BLACKLIST_AFTER_ROTATION', () => {
  it('switched off has a spent refresh token lead to the current tokens of its session, until that ends', async () => {
    gateway.use({ BLACKLIST_AFTER_ROTATION: 'false', REFRESH_GRACE: '0s' });
    const person = await resident(gateway);
    const second = await refreshed(person.refresh);
    const third = await refreshed(second.refresh);
    const again = await refreshed(person.refresh);
    expect(claimsOf(again.refresh)).toMatchObject({ generation: 2, jti: claimsOf(third.refresh)['jti'] });
    expect((await verify(person.refresh)).status).toBe(200);
    expect((await profile({ ...person, ...again })).status).toBe(200);
    expect((await post(gateway, '/token/blacklist/', { refresh: second.refresh })).status).toBe(200);
    for (const token of [person.refresh, third.refresh]) expect(await refusal(await refresh(token))).toEqual(blacklisted);
    expect(await refusal(await profile({ ...person, ...again }))).toEqual(blacklisted);
  });

  it('has a spent one refused, and its session ended, otherwise', async () => {
    gateway.use({ REFRESH_GRACE: '0s' });
    const person = await resident(gateway);
    const next = await refreshed(person.refresh);
    expect(await refusal(await verify(person.refresh))).toEqual(blacklisted);
    expect(await refusal(await refresh(person.refresh))).toEqual(blacklisted);
    expect(await refusal(await refresh(next.refresh))).toEqual(blacklisted);
  });
});

describe('TOKEN_MAX_BYTES', () => {
  it('that the longest token would exceed has the functions that sign refuse to start, and say why', async () => {
    gateway.use({ TOKEN_MAX_BYTES: '600' });
    const person = somebody();
    await register(gateway, person);
    const { username, password } = person;
    expect((await post(gateway, '/token/', { username, password })).status).toBe(500);
    const said = gateway.logs('tokenObtain').map(({ text }) => text);
    expect(said.join('\n')).toMatch(/TOKEN_MAX_BYTES is 600, but the longest token takes \d+ bytes/);
    gateway.use();
    expect((await post(gateway, '/token/', { username, password })).status).toBe(200);
  });
});
