import { beforeAll, describe, expect, it } from 'vitest';
import { joinedKey } from '#lib/users/directory.ts';
import type { User } from '#lib/users/user.ts';
import { madeMobile, madeUser } from '../lib/users/made-user.ts';
import type { RegisteredUser } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, fiftyAtOnce, post, problemOf, signedInUser, signIn } from './users.ts';

/** With Token and Basic, so that a suspension can be tested with every scheme. */
const shape = { AUTH_HEADER_TYPES: 'Bearer,Token,Basic', PUBLIC_URL: 'http://localhost' };
const settings = { BCRYPT_ROUNDS: '4' };
const { gateway, tables, seeds } = await sharedGateway({ stage: 'local', shape, settings });
const staff = await seeds.registeredUser({ roles: ['staff'] });
const root = await seeds.registeredUser({ isSuperuser: true });
const ada = await seeds.registeredUser();

const ask = async (caller: { access: string }, method: string, path: string, body?: Body | string) =>
  await gateway.fetch(path, {
    method,
    headers: { authorization: `Bearer ${caller.access}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const profileOf = ({ user }: RegisteredUser): Body => ({ username: user.username, name: user.name, email: user.email });
const json = async (response: Response) => (await response.json()) as Body;

/** Every operation on the user in the path. */
const ways: Readonly<Record<string, (caller: { access: string }, id: string, target: RegisteredUser) => Promise<Response>>> = {
  read: (caller, id) => ask(caller, 'GET', `/users/${id}/`),
  export: (caller, id) => ask(caller, 'GET', `/users/${id}/export/`),
  patch: (caller, id) => ask(caller, 'PATCH', `/users/${id}/`, { name: 'Mallory' }),
  put: (caller, id, target) => ask(caller, 'PUT', `/users/${id}/`, { ...profileOf(target), email: 'mallory@example.com' }),
  suspend: (caller, id) => ask(caller, 'POST', `/users/${id}/suspend/`, { reason: 'spite' }),
  reinstate: (caller, id) => ask(caller, 'POST', `/users/${id}/reinstate/`),
  delete: (caller, id) => ask(caller, 'DELETE', `/users/${id}/`),
};
const writing = Object.keys(ways).filter((way) => !['read', 'export'].includes(way));

describe('the record of another user', () => {
  it.each(Object.keys(ways))('is closed to a caller without a role: %s is a 403, whether that user exists or not', async (way) => {
    const before = await tables.get('users', { id: staff.id });
    for (const id of [staff.id, root.id, 'nobody', '%00', 'constructor', '__proto__', 'x'.repeat(3000)])
      expect({ id, ...(await problemOf((await ways[way]?.(ada, id, staff)) as Response)) }).toMatchObject({
        id,
        status: 403,
        code: 'permission_denied',
      });
    expect(await tables.get('users', { id: staff.id })).toEqual(before);
  });

  it.each(['/users/', '/users/?role=staff'])('is neither listed nor created for a caller without a role: %s', async (path) => {
    expect(await problemOf(await ask(ada, 'GET', path))).toMatchObject({ status: 403, code: 'permission_denied' });
    expect(await problemOf(await ask(ada, 'POST', '/users/', {}))).toMatchObject({ status: 403, code: 'permission_denied' });
  });

  it.each(writing)('cannot be changed by staff if it is a superuser’s: %s is a 403', async (way) => {
    const before = await tables.get('users', { id: root.id });
    expect(await problemOf((await ways[way]?.(staff, root.id, root)) as Response)).toMatchObject({
      status: 403,
      code: 'permission_denied',
    });
    expect(await tables.get('users', { id: root.id })).toEqual(before);
  });

  it.each(Object.keys(ways))('is a 404 to staff if there is no such user: %s', async (way) => {
    for (const id of ['nobody', 'x'.repeat(3000)])
      expect(await problemOf((await ways[way]?.(staff, id, ada)) as Response)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('can be read and changed by staff, with more fields than its owner has', async () => {
    const bob = await seeds.registeredUser({ attributes: { nickname: 'Bob', money: 5 } });
    const shown = await json(await ask(staff, 'GET', `/users/${bob.id}/`));
    expect(shown).toMatchObject({ id: bob.id, suspension: null, attributes: { nickname: 'Bob', money: 5 } });
    expect(await json(await ask(bob, 'GET', `/users/${bob.id}/`))).not.toHaveProperty('suspension');
    const answer = await ask(staff, 'PATCH', `/users/${bob.id}/`, { attributes: { money: 6 }, name: 'Robert' });
    expect(await json(answer)).toMatchObject({ name: 'Robert', attributes: { nickname: 'Bob', money: 6 } });
    const whole = { ...profileOf(bob), attributes: { credit: 3 } };
    expect((await json(await ask(staff, 'PUT', `/users/${bob.id}/`, whole)))['attributes']).toEqual({ credit: 3 });
    expect((await ask(staff, 'GET', `/users/${bob.id}/export/`)).status).toBe(200);
  });

  it('can be deleted by staff, once', async () => {
    const bob = await seeds.registeredUser();
    expect((await ask(staff, 'DELETE', `/users/${bob.id}/`)).status).toBe(204);
    expect(await problemOf(await ask(staff, 'DELETE', `/users/${bob.id}/`))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await problemOf(await ask(bob, 'GET', `/users/${bob.id}/`))).toMatchObject({ status: 401, code: 'user_not_found' });
  });
});

describe('a role, suspension or epoch of the caller', () => {
  it.each(['strict', 'lazy'] as const)('counts from the next request on, with REVOCATION_CHECK=%s', async (check) => {
    gateway.use({ REVOCATION_CHECK: check });
    const setting = async (attribute: string, value: unknown) => {
      const former = await seeds.registeredUser({ roles: ['staff'] });
      expect((await ask(former, 'GET', `/users/${ada.id}/`)).status).toBe(200);
      await tables.set('users', { id: former.id }, attribute, value);
      return await Promise.all([
        ...Object.keys(ways).map(async (way) => (await ways[way]?.(former, ada.id, ada))?.status),
        ask(former, 'GET', '/users/').then(({ status }) => status),
        ask(former, 'POST', '/users/', { name: 'x1', email: 'x1@example.com' }).then(({ status }) => status),
      ]);
    };
    expect(new Set(await setting('roles', []))).toEqual(new Set([403]));
    expect(new Set(await setting('is_active', false))).toEqual(new Set([401]));
    expect(new Set(await setting('token_epoch', 9))).toEqual(new Set([401]));
  });
});

describe('a user’s roles', () => {
  it('can be given and taken by a superuser, and the rows of the role lists follow', async () => {
    const bob = await seeds.registeredUser({ roles: ['editor'] });
    const rows = async () => (await tables.all('roles')).filter(({ user_id }) => user_id === bob.id).map(({ role }) => role);
    expect(await json(await ask(root, 'PATCH', `/users/${bob.id}/`, { roles: [' staff ', 'staff', 'teller'] }))).toMatchObject({
      roles: ['staff', 'teller'],
    });
    expect((await rows()).toSorted()).toEqual(['staff', 'teller']);
    expect((await ask(bob, 'GET', `/users/${ada.id}/`)).status).toBe(200);
    expect(await json(await ask(root, 'PATCH', `/users/${bob.id}/`, { roles: [] }))).toMatchObject({ roles: [] });
    expect(await rows()).toEqual([]);
    expect((await ask(bob, 'GET', `/users/${ada.id}/`)).status).toBe(403);
  });

  it('cannot be changed by staff: neither for others, nor for themselves, nor for a new user', async () => {
    const bob = await seeds.registeredUser({ roles: ['editor'] });
    for (const [id, roles] of [
      [bob.id, ['staff']],
      [bob.id, []],
      [staff.id, ['staff', 'editor']],
    ] as const)
      expect(await problemOf(await ask(staff, 'PATCH', `/users/${id}/`, { roles }))).toMatchObject({
        status: 403,
        code: 'permission_denied',
      });
    const made = { name: 'mallory', email: 'mallory@example.com', roles: ['staff'] };
    expect(await problemOf(await ask(staff, 'POST', '/users/', made))).toMatchObject({ status: 403, code: 'permission_denied' });
    expect((await ask(root, 'PATCH', `/users/${bob.id}/`, { roles: ['editor'], name: 'Bob' })).status).toBe(200);
  });

  it('are refused if one is malformed or if there are too many', async () => {
    for (const roles of [
      [''],
      ['a\u0000b'],
      ['x'.repeat(65)],
      Array.from({ length: 41 }, (_, index) => `r${index}`),
      Array(9)
        .fill(0)
        .map((_, index) => `${index}`.repeat(64)),
    ])
      expect((await json(await ask(root, 'PATCH', `/users/${ada.id}/`, { roles })))['errors']).toHaveProperty('roles');
  });

  it('match the rows of the role lists after fifty changes at once', async () => {
    const bob = await seeds.registeredUser();
    await fiftyAtOnce((index) => ask(root, 'PATCH', `/users/${bob.id}/`, { roles: [`role-${index}`] }));
    const row = await tables.get('users', { id: bob.id });
    expect((await tables.all('roles')).filter(({ user_id }) => user_id === bob.id).map(({ role }) => role)).toEqual(row?.['roles']);
  });
});

describe('a suspension', () => {
  const suspend = (id: string, body: Body = {}) => ask(staff, 'POST', `/users/${id}/suspend/`, body);
  const reinstate = (id: string) => ask(staff, 'POST', `/users/${id}/reinstate/`);

  it('refuses every credential at once; after it is lifted, the user has to sign in again', async () => {
    const bob = await signedInUser(gateway);
    const credentials = { username: bob.username, password: bob.password };
    const { token } = (await (await post(gateway, '/api-token-auth/', credentials)).json()) as { token: string };
    const basic = `Basic ${btoa(`${bob.username}:${bob.password}`)}`;
    for (const authorization of [`Token ${token}`, basic])
      expect((await gateway.fetch('/userInfo/', { headers: { authorization } })).status).toBe(200);
    const waysIn = async (access: string) => ({
      locked: await problemOf(await gateway.fetch(`/users/${bob.id}/`, { headers: bearer(access) })),
      program: await problemOf(await gateway.fetch('/userInfo/', { headers: { authorization: `Token ${token}` } })),
      basic: await problemOf(await gateway.fetch('/userInfo/', { headers: { authorization: basic } })),
      refresh: await problemOf(await post(gateway, '/token/refresh/', { refresh: bob.refresh })),
      verify: await problemOf(await post(gateway, '/token/verify/', { token: access })),
      login: await problemOf(await post(gateway, '/login/', credentials)),
    });
    expect((await suspend(bob.id, { reason: 'spam' })).status).toBe(200);
    const whileSuspended = await waysIn(bob.access);
    expect(Object.values(whileSuspended).map(({ status }) => status)).toEqual(Array(6).fill(401));
    expect([whileSuspended.locked.code, whileSuspended.login.code]).toEqual(['user_inactive', 'no_active_account']);

    expect(await json(await reinstate(bob.id))).toMatchObject({ is_active: true, suspension: null });
    const old = await waysIn(bob.access);
    expect([old.locked, old.program, old.refresh, old.verify].map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    const again = await signIn(gateway, bob);
    expect((await gateway.fetch(`/users/${bob.id}/`, { headers: bearer(again.access) })).status).toBe(200);
  });

  it('ends at its time, and stays in the record until it is lifted', async () => {
    const bob = await signedInUser(gateway);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect(await json(await suspend(bob.id, { until }))).toMatchObject({ is_active: false, suspension: { until, reason: null } });
    expect((await post(gateway, '/token/', { username: bob.username, password: bob.password })).status).toBe(401);
    await tables.set('users', { id: bob.id }, 'suspended_until', new Date().toISOString());
    const { access } = await signIn(gateway, bob);
    expect((await gateway.fetch(`/users/${bob.id}/`, { headers: bearer(access) })).status).toBe(200);
    expect(await problemOf(await gateway.fetch(`/users/${bob.id}/`, { headers: bearer(bob.access) }))).toMatchObject({
      status: 401,
    });
    expect(await json(await ask(staff, 'GET', `/users/${bob.id}/`))).toMatchObject({ is_active: true, suspension: { reason: null } });
    expect(await json(await reinstate(bob.id))).toMatchObject({ suspension: null });
  });

  it('changes nothing if it is repeated; a new reason or end is stored, and its start stays', async () => {
    const bob = await seeds.registeredUser();
    const first = await suspend(bob.id, { reason: 'spam' });
    const { suspension: { at } = { at: '' } } = (await first.clone().json()) as { suspension: { at: string } };
    const same = await suspend(bob.id, { reason: 'spam' });
    expect(same.headers.get('etag')).toBe(first.headers.get('etag'));
    const other = await json(await suspend(bob.id, { reason: 'more spam', until: '2099-01-01T00:00:00+08:00' }));
    expect(other['suspension']).toEqual({ at, reason: 'more spam', until: '2098-12-31T16:00:00.000Z' });
    const events = (await tables.all('outbox')).filter(({ user_id, type }) => user_id === bob.id && type === 'user_suspended');
    expect(events).toHaveLength(2);
    const twice = [await reinstate(bob.id), await reinstate(bob.id)].map(({ headers }) => headers.get('etag'));
    expect(twice[0]).toBe(twice[1]);
    const row = await tables.get('users', { id: bob.id });
    expect(row).toMatchObject({ is_active: true, token_epoch: 3 });
    expect(Object.keys(row ?? {}).filter((column) => column.startsWith('suspen'))).toEqual([]);
  });

  it('is refused for staff and superusers who suspend themselves', async () => {
    for (const caller of [staff, root])
      expect(await problemOf(await ask(caller, 'POST', `/users/${caller.id}/suspend/`, {}))).toMatchObject({
        status: 403,
        code: 'permission_denied',
      });
  });

  it('needs an end in the future', async () => {
    for (const until of ['2001-01-01T00:00:00Z', 'tomorrow', '2099-01-01', '2099-13-01T00:00:00Z', 7])
      expect((await json(await suspend(ada.id, { until })))['errors'], String(until)).toHaveProperty('until');
  });

  it('happens once if fifty requests arrive at once, and not at all if the write fails', async () => {
    const bob = await seeds.registeredUser();
    await fiftyAtOnce(() => suspend(bob.id, { reason: 'spam' }));
    expect((await tables.all('outbox')).filter(({ user_id, type }) => user_id === bob.id && type === 'user_suspended')).toHaveLength(1);
    const cid = await seeds.registeredUser();
    const fault = gateway.gate.fault('userSuspend', ({ operation }) => operation === 'TransactWriteItems', 'drop-before', { times: 99 });
    expect((await suspend(cid.id)).status).toBe(503);
    fault.end();
    expect(await tables.get('users', { id: cid.id })).toMatchObject({ is_active: true, token_epoch: 0 });
  });
});

describe('creating a user', () => {
  const make = (body: Body, caller = staff) => ask(caller, 'POST', '/users/', body);

  it('makes a user who can log in, with the path in Location', async () => {
    const { username, email, mobile } = madeUser();
    const password = 'a fine long sentence';
    const answer = await make({ username, name: 'Carol', email, mobile, password, attributes: { money: 7 } });
    const { id } = (await answer.clone().json()) as { id: string };
    expect([answer.status, answer.headers.get('location'), answer.headers.get('etag')]).toEqual([201, `/users/${id}/`, '"1"']);
    expect(await json(answer)).toMatchObject({
      name: 'Carol',
      roles: [],
      is_superuser: false,
      email_verified: false,
      attributes: { money: 7 },
    });
    expect((await post(gateway, '/token/', { mobile, password })).status).toBe(200);
  });

  it('without a password makes a user who cannot log in with any', async () => {
    const { email } = madeUser();
    const { id, username } = await json(await make({ name: `n${Date.now()}`, email, is_superuser: true, id: 'mine' }));
    expect(await tables.get('users', { id })).toMatchObject({ password: expect.stringMatching(/^![0-9a-f]{40}$/), is_superuser: false });
    for (const password of ['!', 'x', String((await tables.get('users', { id }))?.['password'])])
      expect((await post(gateway, '/token/', { username, password })).status).toBe(401);
  });

  it('with roles is allowed to a superuser', async () => {
    const { username, email } = madeUser();
    const made = await json(await make({ name: username, email, roles: ['staff'] }, root));
    expect(made).toMatchObject({ roles: ['staff'] });
    expect((await tables.all('roles')).filter(({ user_id }) => user_id === made['id'])).toHaveLength(1);
  });

  it('names the invalid and the taken fields', async () => {
    const errors = async (body: Body) => Object.keys((await json(await make(body)))['errors'] as Body).sort();
    expect(await errors({})).toEqual(['email', 'name']);
    expect(await errors({ name: 'a b', email: 'x', mobile: '1', password: 'short' })).toEqual(['email', 'mobile', 'password']);
    expect(await errors({ name: 'a b', username: 'a b', email: 'x' })).toEqual(['email', 'username']);
    const { username, email, mobile } = ada.user;
    expect(await errors({ name: username, email, mobile })).toEqual(['email', 'mobile', 'name']);
  });

  it('happens once if fifty requests have the same email', async () => {
    const { email } = madeUser();
    const answers = await fiftyAtOnce(() => make({ name: madeUser().username, email }));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

describe('the list of users', () => {
  /** They joined before or long after all other users of this file, so that they are adjacent in the list. */
  const listedUsers: User[] = [];
  const tag = `q${madeUser().username.slice(1, 9)}`;
  beforeAll(async () => {
    for (let index = 0; index < 25; index += 1) {
      const dateJoined = new Date(Date.UTC(2100, 0, 1, 0, Math.floor(index / 2)));
      const names = { username: `${tag}${index}`, name: `${tag} ${String(index).padStart(2, '0')}`, email: `${tag}.${index}@example.org` };
      const { user } = await seeds.registeredUser({
        ...names,
        dateJoined,
        roles: [tag],
        mobile: index < 5 ? `+4915112345${100 + index}` : madeMobile(),
      });
      listedUsers.push(user);
    }
    listedUsers.sort((one, other) => (joinedKey(one) < joinedKey(other) ? 1 : -1));
  });

  type Page = { results: { id: string; username: string }[]; next: string | null };
  const list = async (query: string, caller: { access: string } = staff) => await ask(caller, 'GET', `/users/?${query}`);
  const page = async (query: string) => {
    const answer = await list(query);
    expect([query, answer.status]).toEqual([query, 200]);
    return (await answer.json()) as Page;
  };
  /** The ids on all pages of a query. */
  const allPages = async (query: string, limit = 7): Promise<string[]> => {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { results, next }: Page = await page(`${query}${query ? '&' : ''}limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
      ids.push(...results.map(({ id }) => id));
      cursor = next;
    }
    return ids;
  };
  const ids = (users: readonly User[]) => users.map(({ id }) => id);

  it('has the newest first, and each user on exactly one page', async () => {
    const { results, next } = await page('limit=25');
    expect(results.map(({ id }) => id)).toEqual(ids(listedUsers));
    expect(next).toEqual(expect.any(String));
    const all = await allPages('', 40);
    expect(all.slice(0, 25)).toEqual(ids(listedUsers));
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe((await tables.all('users')).length);
    expect((await page('')).results).toHaveLength(20);
    expect((await ask(staff, 'GET', '/users')).status).toBe(200);
  });

  it('has the fields that staff see, and no others', async () => {
    const answer = await list('limit=1');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ results: [{ id: listedUsers[0]?.id, suspension: null }] });
    expect(text).not.toMatch(/bcrypt|token_epoch|_key/);
  });

  it('can be that of a role, newest first', async () => {
    expect(await allPages(`role=${tag}`)).toEqual(ids(listedUsers));
    expect(await page('role=nobody-has-it')).toEqual({ results: [], next: null });
  });

  it.each([
    ['username', (user: User) => user.username],
    ['email', (user: User) => user.email],
    ['name', (user: User) => user.name],
  ] as const)('can be searched by the start of a %s, in its order and in any letter case', async (field, of) => {
    const wanted = listedUsers.toSorted((one, other) => (of(one) < of(other) ? -1 : 1));
    expect(await allPages(`${field}__startswith=${tag}`)).toEqual(ids(wanted));
    expect(await allPages(`${field}__startswith=${tag.toUpperCase()}`)).toEqual(ids(wanted));
    expect(await page(`${field}__startswith=${tag}zz`)).toEqual({ results: [], next: null });
  });

  it('can be searched by the start of a mobile, with or without its plus', async () => {
    const wanted = listedUsers
      .filter(({ mobile }) => mobile?.startsWith('+4915112345'))
      .sort((one, other) => ((one.mobile ?? '') < (other.mobile ?? '') ? -1 : 1));
    for (const start of ['%2B4915112345', '+4915112345', '%2B49%201511%202345', '4915112345', '004915112345', '%E2%80%8E%2B٤٩١٥١١٢٣٤٥'])
      expect(await allPages(`mobile__startswith=${start}`)).toEqual(ids(wanted));
  });

  it('finds an email with a domain of another script as it is typed and in ASCII, and makes a username from a name', async () => {
    const { username } = madeUser();
    const made = await json(await ask(staff, 'POST', '/users/', { name: `Grace ${username}`, email: `${username}@münchen.de` }));
    expect(made['username']).toMatch(/^Grace\.u/);
    for (const email of [`${username}@münchen.de`, `${username}@xn--mnchen-3ya.de`])
      for (const filter of ['identifier', 'email__startswith'])
        expect((await page(`${filter}=${encodeURIComponent(email)}`)).results.map(({ id }) => id)).toEqual([made['id']]);
  });

  it('finds the owner of any identifier, also one millisecond after the user was made', async () => {
    const { username, email, mobile } = madeUser();
    const { id } = await json(await ask(staff, 'POST', '/users/', { name: username, email, mobile }));
    for (const name of [username.toUpperCase(), email, encodeURIComponent(mobile ?? ''), (mobile ?? '').slice(1)])
      expect((await page(`identifier=${name}`)).results.map((user) => user.id)).toEqual([id]);
    for (const name of ['nobody-at-all', 'x@y', '12', '%00x']) {
      const answer = await list(`identifier=${name}`);
      if (name !== '%00x') expect(await answer.json()).toEqual({ results: [], next: null });
      else expect(answer.status).toBe(400);
    }
  });

  it('can be filtered by the state that the index has, and leaves out deleted users', async () => {
    const bob = await seeds.registeredUser({ dateJoined: new Date(Date.UTC(2101, 0, 1)) });
    const first = async (query: string) => (await page(`${query}&limit=1`)).results[0]?.id;
    expect([await first('state=active'), await first('state=suspended')]).toEqual([bob.id, expect.not.stringContaining(bob.id)]);
    await ask(staff, 'POST', `/users/${bob.id}/suspend/`, {});
    expect([await first('state=suspended'), await first('limit=1'.slice(0, 0))]).toEqual([bob.id, bob.id]);
    // The row says active, and its index entry still says suspended.
    await tables.set('users', { id: bob.id }, 'is_active', true);
    expect((await page('state=suspended')).results.map(({ id }) => id)).toContain(bob.id);
    await ask(staff, 'DELETE', `/users/${bob.id}/`);
    expect((await page('')).results.map(({ id }) => id)).not.toContain(bob.id);
  });

  it.each([
    'surname=x',
    'username=x',
    'limit=1&limit=2',
    `role=x&state=active`,
    `identifier=x&role=y`,
    `username__startswith=ada&email__startswith=ada`,
    'identifier=ada&cursor=x',
    '__proto__=x',
    'username__contains=ada',
    'ordering=name',
  ])('answers an unsupported query with the supported ones: %s', async (query) => {
    const answer = await json(await list(query));
    expect(answer).toMatchObject({
      status: 400,
      code: 'unsupported_query',
      detail: expect.stringContaining('identifier, username__startswith'),
    });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['state=asleep', 'state'],
    ['username__startswith=a', 'username__startswith'],
    ['mobile__startswith=%2B86', 'mobile__startswith'],
    ['mobile__startswith=%2Babcdef', 'mobile__startswith'],
    ['name__startswith=', 'name__startswith'],
    [`email__startswith=${'%EF%B7%BA'.repeat(100)}`, 'email__startswith'],
  ])('names what is wrong with %s', async (query, field) => {
    expect(await json(await list(query))).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: { [field]: [expect.any(String)] },
    });
  });

  it('accepts a cursor only with the query it came from, and no forged one', async () => {
    const { next } = await page(`role=${tag}&limit=5`);
    const cursor = next ?? '';
    expect((await page(`role=${tag}&limit=9&cursor=${cursor}`)).results.map(({ id }) => id)).toEqual(ids(listedUsers.slice(5, 14)));
    const changed = `${cursor.slice(0, 8)}${cursor[8] === 'A' ? 'B' : 'A'}${cursor.slice(9)}`;
    const forged = [
      ...[`role=other&cursor=${cursor}`, `cursor=${cursor}`, `state=active&cursor=${cursor}`, `name__startswith=${tag}&cursor=${cursor}`],
      ...[
        changed,
        cursor.slice(0, -4),
        `${cursor}AAAA`,
        `${cursor}=`,
        'x',
        btoa(listedUsers[3] ? joinedKey(listedUsers[3]) : ''),
        'A'.repeat(5000),
      ].map((each) => `role=${tag}&cursor=${each}`),
      `role=${tag}&cursor=`,
    ];
    for (const query of forged) expect(await problemOf(await list(query)), query).toMatchObject({ status: 400, code: 'invalid_cursor' });
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('2100');
  });

  it('costs the same number of units on every page', async () => {
    const cost = async (query: string) => {
      gateway.gate.reset();
      const { next } = await page(query);
      return { next, units: gateway.gate.calls('usersList').reduce((sum, { units = 0 }) => sum + units, 0) };
    };
    const first = await cost('limit=5');
    const second = await cost(`limit=5&cursor=${first.next}`);
    // The caller, five users, eight shards; and two limits, each with a write and a read.
    expect([first.units, second.units]).toEqual([14, 14]);
  });
});
