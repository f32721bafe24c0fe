import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { allRoutes } from '../../scripts/openapi/contracts.ts';
import { keysOf } from './keys.ts';
import { type SeededUser, seedsOf, type TokenPair } from './seeds.ts';
import { tablesOf } from './tables.ts';
import { secondsOf, tableUnder } from './tokens-page.ts';
import { type Body, bearer, claimsOf, post, read, signedInUser } from './users.ts';

const seconds = { ACCESS_TOKEN_LIFETIME: 300, LEEWAY: 10, KEY_CACHE: 60 };
const cacheSeconds = 45;
const letters = { C: cacheSeconds, T: seconds.ACCESS_TOKEN_LIFETIME + seconds.LEEWAY, K: seconds.KEY_CACHE };
/** Requests at these seconds after an event tell the windows of the table apart. */
const moments = [0, cacheSeconds - 1, cacheSeconds + 1, letters.K - 1, letters.K + 1, letters.T - 1, letters.T];
/**
 * The authorizer is called in the last second in which it accepts a removed key; API Gateway then caches that result.
 */
const momentsOfKeys = [0, cacheSeconds - 1, letters.K - 1, letters.K + 1, letters.K + cacheSeconds - 2, letters.K + cacheSeconds];

const windows = tableUnder('For how long an access token still works, at most');
const selfChecking = tableUnder('Endpoints that look for themselves');
const costs = tableUnder('What it saves');
const photograph = readFileSync(new URL('../fixtures/photograph.jpg', import.meta.url));

describe.each([
  ['strict, C = 0s', 'strict', 0],
  ['strict, C > 0s', 'strict', cacheSeconds],
  ['lazy, C = 0s', 'lazy', 0],
  ['lazy, C > 0s', 'lazy', cacheSeconds],
] as const)('a stage with %s', (column, check, cache) => {
  const settings = {
    ...Object.fromEntries(Object.entries(seconds).map(([name, value]) => [name, `${value}s`])),
    REVOCATION_CHECK: check,
    AUTHORIZER_CACHE: `${cache}s`,
    AUTH_HEADER_TYPES: 'Bearer,Token',
  };
  let now = Math.floor(Date.now() / 1000) * 1000;
  let gateway: Gateway;
  let tables: ReturnType<typeof tablesOf>;
  let seeds: ReturnType<typeof seedsOf>;
  let keys: ReturnType<typeof keysOf>;
  /** The authorizer’s context as the endpoint received it, by token. */
  const contexts = new Map<string, Body>();
  beforeAll(async () => {
    gateway = await startGateway({
      settings,
      instances: 3,
      clock: () => now,
      onEvent: ({ headers, requestContext: { authorizer } }) =>
        void (authorizer && contexts.set(headers['authorization'] ?? '', authorizer.lambda as Body)),
    });
    tables = tablesOf(gateway);
    seeds = seedsOf(gateway, settings, () => now);
    keys = keysOf(gateway);
  });
  afterAll(async () => {
    for (const each of [tables, seeds, keys]) each?.close();
    await gateway?.stop();
  });

  const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
  const remove = (path: string, access: string) => gateway.fetch(path, { method: 'DELETE', headers: bearer(access) });
  const logOut = (access: string, scope: string) => post(gateway, '/logout/', { scope }, bearer(access));

  /**
   * Whether a locked route accepts a token. The route does no check of its own; it answers 404 because there is no such
   * session.
   */
  async function isLetIn({ id, access }: SeededUser): Promise<boolean> {
    const { status } = await remove(`/users/${id}/sessions/${'0'.repeat(32)}/`, access);
    expect([401, 404]).toContain(status);
    return status === 404;
  }

  async function hasRole(user: SeededUser): Promise<boolean> {
    return (await isLetIn(user)) && String(contexts.get(`Bearer ${user.access}`)?.['roles']).includes('editor');
  }

  const setUser = (id: string, attribute: string, value: unknown) => tables.set('users', { id }, attribute, value);
  const events: Readonly<Record<string, (user: SeededUser) => Promise<unknown>>> = {
    'logged out here': async ({ access }) => expect((await logOut(access, 'local')).status).toBe(200),
    'session ended elsewhere': async ({ id, access, again }) => {
      const elsewhere = await again();
      expect((await remove(`/users/${id}/sessions/${claimsOf(access)['sid']}/`, elsewhere.access)).status).toBe(204);
    },
    'logged out everywhere': async ({ again }) => expect((await logOut((await again()).access, 'global')).status).toBe(200),
    suspended: ({ id }) => setUser(id, 'is_active', false),
    deleted: ({ id }) => tables.remove('users', { id }),
    'theft detected': async ({ refresh: token }) => {
      const owner = (await (await refresh(token)).json()) as TokenPair;
      expect((await refresh(token)).status).toBe(200); // a thief, from another address
      expect((await refresh(owner.refresh)).status).toBe(401);
    },
    'role taken away': ({ id }) => setUser(id, 'roles', []),
    'password changed': async ({ id }) => {
      await setUser(id, 'password', 'another');
      await setUser(id, 'token_epoch', 1);
    },
  };

  const send = (method: string, { access }: TokenPair, path: string, body?: Body) => {
    const headers = { authorization: `Bearer ${access}`, ...(body && { 'content-type': 'application/json' }) };
    return gateway.fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  };
  const calls: Readonly<Record<string, (user: SeededUser) => Promise<Response>>> = {
    'POST /token/refresh/': (user) => refresh(user.refresh),
    'POST /token/verify/': ({ access: token }) => post(gateway, '/token/verify/', { token }),
    'POST /token/blacklist/': ({ refresh: token }) => post(gateway, '/token/blacklist/', { refresh: token }),
    'GET /userInfo/': ({ access }) => read(gateway, '/userInfo/', access),
    'GET /users/{id}/': ({ id, access }) => read(gateway, `/users/${id}/`, access),
    'PUT /users/{id}/': (user) => send('PUT', user, `/users/${user.id}/`, { username: 'x', name: 'x', email: 'x' }),
    'PATCH /users/{id}/': (user) => send('PATCH', user, `/users/${user.id}/`, {}),
    'DELETE /users/{id}/': (user) => send('DELETE', user, `/users/${user.id}/`),
    'GET /users/{id}/export/': (user) => read(gateway, `/users/${user.id}/export/`, user.access),
    'GET /users/{id}/audit/': (user) => read(gateway, `/users/${user.id}/audit/`, user.access),
    'GET /audit/': (user) => read(gateway, '/audit/', user.access),
    'POST /users/{id}/suspend/': async (user) => send('POST', user, `/users/${(await seeds.signedInUser()).id}/suspend/`, {}),
    'POST /users/{id}/reinstate/': async (user) => send('POST', user, `/users/${(await seeds.signedInUser()).id}/reinstate/`, {}),
    'GET /users/': (user) => read(gateway, '/users/', user.access),
    'POST /users/': (user) => send('POST', user, '/users/', {}),
    'GET /users/{id}/sessions/': ({ id, access }) => read(gateway, `/users/${id}/sessions/`, access),
    'DELETE /users/{id}/sessions/{sid}/': async (user) => {
      const { sid } = claimsOf((await user.again()).access);
      return await remove(`/users/${user.id}/sessions/${sid}/`, user.access);
    },
    'GET /users/{id}/api-tokens/': ({ id, access }) => read(gateway, `/users/${id}/api-tokens/`, access),
    'DELETE /users/{id}/api-tokens/{token_id}/': async ({ id: user_id, access }) => {
      const id = '0'.repeat(32);
      await tables.put('api-tokens', { user_id, place: '00', id, hash: 'x', name: '', epoch: 0, created_at: 0 });
      return await remove(`/users/${user_id}/api-tokens/${id}/`, access);
    },
    'POST /users/{id}/password/': ({ id, access }) => {
      const form = { old_password: 'x', new_password: 'quite another sentence', new_password_confirmation: 'quite another sentence' };
      return post(gateway, `/users/${id}/password/`, form, bearer(access));
    },
    'POST /users/{id}/verify/': ({ id, access }) =>
      post(gateway, `/users/${id}/verify/`, { channel: 'email', code: '123456' }, bearer(access)),
    'POST /users/{id}/email/': ({ id, access }) =>
      post(gateway, `/users/${id}/email/`, { email: `x${id}@example.com`, password: 'x' }, bearer(access)),
    'POST /users/{id}/mobile/': ({ id, access }) =>
      post(gateway, `/users/${id}/mobile/`, { mobile: '+8613900139000', password: 'x' }, bearer(access)),
    'POST /users/{id}/avatar/upload': (user) => {
      const body = new FormData();
      body.set('avatar', new Blob([photograph]), 'me.jpg');
      return gateway.fetch(`/users/${user.id}/avatar/upload`, { method: 'POST', headers: bearer(user.access), body });
    },
    'DELETE /users/{id}/avatar': ({ id, access }) => remove(`/users/${id}/avatar`, access),
    'POST /logout/': ({ access }) => logOut(access, 'local'),
  };

  /** Causes one event per user, and checks at these seconds after it whether the user’s access token still works. */
  async function measure(happenings: Readonly<Record<string, (user: SeededUser) => Promise<unknown>>>, at: readonly number[]) {
    const begun = now;
    const users: [name: string, user: SeededUser][] = [];
    for (const name of Object.keys(happenings)) users.push([name, await seeds.signedInUser({ roles: ['editor'] })]);
    for (const [, user] of users) expect(await hasRole(user)).toBe(true);
    for (const [name, user] of users) await happenings[name]?.(user);
    for (const moment of at) {
      now = begun + moment * 1000;
      for (const [name, user] of users) note(name, moment, await (name === 'role taken away' ? hasRole : isLetIn)(user));
    }
    return users;
  }
  function note(name: string, moment: number, works: boolean): void {
    const seen = measured.get(name) ?? { worked: -1, refused: Number.POSITIVE_INFINITY };
    measured.set(name, works ? { ...seen, worked: moment } : { ...seen, refused: Math.min(seen.refused, moment) });
  }
  /** The last second at which an access token worked, and the first at which it was refused, counted from the event. */
  const measured = new Map<string, { readonly worked: number; readonly refused: number }>();
  const refreshed = new Map<string, number>();

  beforeAll(async () => {
    for (const [name, user] of await measure(events, moments)) refreshed.set(name, (await refresh(user.refresh)).status);
  });

  function expectAsDocumented(event: string): void {
    const promised = secondsOf(windows.get(event)?.[column] ?? '', letters);
    const { worked, refused } = measured.get(event) ?? expect.unreachable(event);
    const figures = `${event}: promised ${promised}, worked at ${worked}, refused at ${refused}`;
    expect(worked, figures).toBeLessThan(promised);
    expect(refused, figures).toBeGreaterThanOrEqual(promised);
    expect(refused, figures).toBeLessThanOrEqual(letters.T);
  }

  it.each(Object.keys(events))(
    'keeps access tokens valid after an event (%s) as long as docs/tokens.md says, and no refresh token',
    (event) => {
      expectAsDocumented(event);
      expect(refreshed.get(event)).toBe(event === 'role taken away' ? 200 : 401);
    },
  );

  it(`${check === 'lazy' ? 'gives the authorizer no table to read' : 'lets the authorizer read the tables'}, and puts roles into access tokens`, async () => {
    expect(gateway.gate.unusedGrants().filter(({ functionName }) => functionName === 'authorizer')).toEqual([]);
    expect(gateway.gate.denied()).toEqual([]);
    const tablesRead = gateway.gate
      .used()
      .filter(({ functionName, action }) => functionName === 'authorizer' && action.startsWith('dynamodb:'));
    expect(tablesRead.length).toBe(check === 'lazy' ? 0 : 2);
    const user = await signedInUser(gateway);
    const rolesIn = async (answer: Response) => claimsOf(((await answer.json()) as TokenPair).access)['roles'];
    const { username, password } = user;
    expect(claimsOf(user.access)['roles']).toEqual([]);
    await setUser(user.id, 'roles', ['editor', 'teller']);
    expect(await rolesIn(await post(gateway, '/token/', { username, password }))).toEqual(['editor', 'teller']);
    const next = (await (await refresh(user.refresh)).json()) as TokenPair;
    expect(claimsOf(next.access)['roles']).toEqual(['editor', 'teller']);
    expect(claimsOf(next.refresh)).not.toHaveProperty('roles');
    await setUser(user.id, 'roles', []);
    expect(await rolesIn(await refresh(next.refresh))).toEqual([]);
  });

  it('needs as many authorizer calls and reads for ten requests as docs/tokens.md says', async () => {
    const user = await seeds.signedInUser();
    gateway.gate.reset();
    const before = gateway.invocations('authorizer');
    for (let request = 0; request < 10; request += 1) expect(await isLetIn(user)).toBe(true);
    const invocations = gateway.invocations('authorizer') - before;
    const units = gateway.gate.calls('authorizer').reduce((sum, { units: spent = 0 }) => sum + spent, 0);
    expect({ invocations: `${invocations}`, units: `${units}` }).toEqual({
      invocations: costs.get(column)?.['invocations of the authorizer'],
      units: costs.get(column)?.['read units'],
    });
  });

  it('accepts a token until its end plus leeway, on locked routes as at /token/verify/', async () => {
    const begun = now;
    const user = await seeds.signedInUser();
    now = begun + (letters.T - 1) * 1000;
    expect([await isLetIn(user), (await post(gateway, '/token/verify/', { token: user.access })).status]).toEqual([true, 200]);
    now = begun + letters.T * 1000;
    expect([await isLetIn(user), (await post(gateway, '/token/verify/', { token: user.access })).status]).toEqual([false, 401]);
  });

  it('works again as soon as the tables and keys can be read again', async () => {
    const user = await seeds.signedInUser();
    gateway.restart();
    const fault = gateway.gate.fault('authorizer', ({ service }) => service === 'ssm', 'drop-before', { times: 99 });
    const answer = await read(gateway, `/users/${user.id}/`, user.access);
    fault.end();
    expect(fault.struck).toBeGreaterThan(0);
    // With a cache, API Gateway answers in its own words; without one, the authorizer answers with a Retry-After.
    expect([answer.status, answer.headers.get('retry-after')]).toEqual(cache > 0 ? [500, null] : [503, '2']);
    expect((await read(gateway, `/users/${user.id}/`, user.access)).status).toBe(200);
  });

  it.each(check === 'lazy' && cache === 0 ? [...selfChecking] : [])(
    'has %s check by itself what docs/tokens.md says, and no more',
    async (endpoint, cells) => {
      const happenings = {
        'session ended': 'logged out here',
        suspended: 'suspended',
        deleted: 'deleted',
        'logged out everywhere': 'logged out everywhere',
      };
      const may = { roles: ['staff'], isSuperuser: endpoint === 'GET /audit/' };
      const unaffected = await seeds.signedInUser(may);
      expect((await calls[endpoint]?.(unaffected))?.status, 'for a user without an event').toBeLessThan(401);
      for (const [head, event] of Object.entries(happenings)) {
        const user = await seeds.signedInUser(may);
        await events[event]?.(user);
        const { status } = (await calls[endpoint]?.(user)) ?? { status: 0 };
        expect(`${head}: ${status === 401 ? 'yes' : '–'}`).toBe(`${head}: ${cells[head]}`);
        expect(status).toBeLessThan(500);
      }
    },
  );

  it('keeps access tokens valid after their key was removed as long as docs/tokens.md says', async () => {
    gateway.restart(); // the next instance reads the keys in the second in which one is removed
    await measure({ 'key removed': () => keys.replace() }, momentsOfKeys);
    expectAsDocumented('key removed');
  });

  it('is measured for every event in docs/tokens.md, and that page names every locked route', async () => {
    const locked = (await allRoutes()).filter(({ access }) => access === 'locked').map(({ path }) => path);
    const named = [...selfChecking.keys()].map((endpoint) => endpoint.split(' ')[1]);
    expect(locked.filter((path) => !named.includes(path))).toEqual([]);
    expect([...measured.keys()].sort()).toEqual([...windows.keys()].sort());
    expect([...selfChecking.keys()].sort()).toEqual(Object.keys(calls).sort());
  });
});
