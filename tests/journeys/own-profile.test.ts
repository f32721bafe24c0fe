import { beforeAll, describe, expect, it } from 'vitest';
import type { User } from '#lib/users/user.ts';
import { madeMobile, madeUser, namesOf } from '../lib/users/made-user.ts';
import type { RegisteredUser, SeededUser } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, fiftyAtOnce, newUser, post, problemOf, read, register, type SignedInUser, signedInUser } from './users.ts';

type Asked = { readonly id?: string; readonly headers?: Record<string, string> };

const { gateway, tables, seeds } = await sharedGateway({ settings: { REGISTER_RATE_ADDRESS: '10000/1h' } });

const send = async (method: string, { id, access }: { id: string; access: string }, body?: Body, asked: Asked = {}) =>
  await gateway.fetch(`/users/${asked.id ?? id}/`, {
    method,
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json', ...asked.headers },
    ...(body && { body: JSON.stringify(body) }),
  });
const patch = (user: Pick<SeededUser, 'id' | 'access'>, body: Body, asked?: Asked) => send('PATCH', user, body, asked);
const put = (user: Pick<SeededUser, 'id' | 'access'>, body: Body, asked?: Asked) => send('PUT', user, body, asked);
const seen = async (user: Pick<SeededUser, 'id' | 'access'>) =>
  (await (await read(gateway, `/users/${user.id}/`, user.access)).json()) as Body;
const errorsOf = async (response: Response) => {
  const { code, errors } = (await response.json()) as Body;
  return { status: response.status, code, errors };
};
const owner = async (name: string) => (await tables.get('identifiers', { identifier: name }))?.['user_id'];

/** Expects that the user owns exactly the identifiers in their row, and none of the former ones. */
async function expectAgreement(id: string, ...former: readonly string[]): Promise<void> {
  const row = await tables.get('users', { id });
  const user = { username: row?.['username'], email: row?.['email'], mobile: row?.['mobile'] } as User;
  for (const { value } of namesOf(user)) expect([value, await owner(value)]).toEqual([value, id]);
  const own = namesOf(user).map(({ value }) => value);
  for (const name of former.filter((each) => !own.includes(each))) expect([name, await owner(name)]).not.toEqual([name, id]);
}

describe('reading one’s own record', () => {
  it('returns the version as ETag, which changes with every change', async () => {
    const ada = await seeds.registeredUser();
    expect((await read(gateway, `/users/${ada.id}/`, ada.access)).headers.get('etag')).toBe('"1"');
    const changed = await patch(ada, { name: 'Ada' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect((await read(gateway, `/users/${ada.id}/`, ada.access)).headers.get('etag')).toBe('"2"');
  });
});

describe('PATCH of one’s own record', () => {
  it('changes the given fields and no others', async () => {
    const ada = await seeds.registeredUser({ attributes: { nickname: 'Ada', money: 5 }, isEmailVerified: true });
    const before = await seen(ada);
    const answer = await patch(ada, { name: ' Ada L. ', attributes: { nickname: 'Countess' } });
    const after = { ...before, name: 'Ada L.', attributes: { nickname: 'Countess', money: 5 } };
    expect(await answer.json()).toEqual(after);
    expect(await seen(ada)).toEqual(after);
  });

  it('empties a mobile and an attribute with null, and a mobile with an empty form field', async () => {
    const [ada, bob] = [await seeds.registeredUser({ attributes: { nickname: 'Ada' } }), await seeds.registeredUser()];
    expect(await (await patch(ada, { mobile: null, attributes: { nickname: null } })).json()).toMatchObject({
      mobile: null,
    });
    expect(await seen(ada)).not.toHaveProperty('attributes');
    expect(await tables.get('users', { id: ada.id })).not.toHaveProperty('x_nickname');
    await expectAgreement(ada.id, ada.user.mobile ?? '');
    const form = new URLSearchParams({ mobile: '', name: 'By form' });
    const headers = { authorization: `Bearer ${bob.access}` };
    const answer = await gateway.fetch(`/users/${bob.id}/`, { method: 'PATCH', headers, body: form });
    expect(await answer.json()).toMatchObject({ mobile: null, name: 'By form' });
  });

  it('writes nothing if no field differs', async () => {
    const ada = await seeds.registeredUser({ attributes: { nickname: 'Ada' } });
    for (const body of [{}, { attributes: {} }, { attributes: { nickname: 'Ada' }, name: 'Somebody', roles: [] }])
      expect((await patch(ada, body)).headers.get('etag')).toBe('"1"');
  });

  it('makes a changed email or mobile unverified, but not if only letter case changes', async () => {
    const ada = await seeds.registeredUser({ isEmailVerified: true, isMobileVerified: true });
    const { email, mobile, username } = madeUser();
    const shouted = ada.user.email.toUpperCase();
    expect(await (await patch(ada, { email: shouted })).json()).toMatchObject({
      email: shouted,
      email_verified: true,
      mobile_verified: true,
    });
    expect(await (await patch(ada, { email, mobile, username })).json()).toMatchObject({ email_verified: false, mobile_verified: false });
    await expectAgreement(ada.id, ada.user.email, ada.user.mobile ?? '', ada.user.username);
    const events = (await tables.all('outbox')).filter(({ user_id }) => user_id === ada.id).map(({ type }) => type);
    expect(events).toEqual(expect.arrayContaining(['identifiers_changed']));
    expect(events.filter((type) => type === 'identifiers_changed')).toHaveLength(1);
  });

  it('names the identifiers that another user has, and changes nothing then', async () => {
    const [ada, bob] = [await seeds.registeredUser(), await seeds.registeredUser()];
    for (const field of ['username', 'email', 'mobile'] as const) {
      const answer = await errorsOf(await patch(ada, { [field]: bob.user[field], name: 'Another' }));
      expect(answer).toEqual({ status: 400, code: 'identifier_taken', errors: { [field]: [expect.stringContaining('already exists')] } });
    }
    expect(await seen(ada)).toMatchObject({ name: ada.user.name, email: ada.user.email });
    await expectAgreement(ada.id);
  });

  it('names each invalid field', async () => {
    const ada = await seeds.registeredUser();
    const wrong = { username: 'a b', name: '', email: 'x', mobile: '12', roles: 'staff', attributes: { nickname: '', money: 'much' } };
    expect(Object.keys((await errorsOf(await patch(ada, wrong))).errors as Body).sort()).toEqual([
      'attributes.money',
      'attributes.nickname',
      'name',
      'roles',
    ]);
    const { errors } = await errorsOf(await patch(ada, { username: 'a b', email: 'x', mobile: '12' }));
    expect(Object.keys(errors as Body).sort()).toEqual(['email', 'mobile', 'username']);
    for (const body of [
      { username: 'admin' },
      { username: null },
      { email: null },
      { attributes: 'x' },
      { attributes: null },
      { name: 7e30 },
    ])
      expect((await errorsOf(await patch(ada, body))).status, JSON.stringify(body)).toBe(400);
  });

  it('is refused with 412 if If-Match names an older version', async () => {
    const ada = await seeds.registeredUser();
    const headers = (tag: string) => ({ headers: { 'if-match': tag } });
    expect((await patch(ada, { name: 'One' }, headers('"1"'))).status).toBe(200);
    for (const tag of ['"1"', 'W/"2"', '"9", "8"'])
      expect(await problemOf(await patch(ada, { name: 'Two' }, headers(tag)))).toMatchObject({ status: 412, code: 'precondition_failed' });
    for (const tag of ['2', '"2', ''])
      expect(await problemOf(await patch(ada, { name: 'Two' }, headers(tag)))).toMatchObject({ status: 400, code: 'malformed_request' });
    expect((await patch(ada, { name: 'Three' }, headers('"1", "2"'))).status).toBe(200);
    expect((await patch(ada, { name: 'Four' }, headers('*'))).headers.get('etag')).toBe('"4"');
  });

  it('succeeds once if fiftyAtOnce requests have the same If-Match', async () => {
    const ada = await seeds.registeredUser();
    const answers = await fiftyAtOnce((index) => patch(ada, { attributes: { nickname: `n${index}` } }, { headers: { 'if-match': '"1"' } }));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
    expect(await tables.get('users', { id: ada.id })).toMatchObject({ version: 2 });
  });

  it('keeps both changes if two requests with different fields arrive at once', async () => {
    const ada = await seeds.registeredUser();
    const [name, nickname, email] = ['Ada', 'Countess', madeUser().email];
    const answers = await Promise.all([patch(ada, { name }), patch(ada, { attributes: { nickname } }), patch(ada, { email })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await seen(ada)).toMatchObject({ name, email, attributes: { nickname } });
    expect(await tables.get('users', { id: ada.id })).toMatchObject({ version: 4 });
    await expectAgreement(ada.id, ada.user.email);
  });

  it('leaves one of fiftyAtOnce emails that are set at once, and frees the others', async () => {
    const ada = await seeds.registeredUser();
    const wanted = Array.from({ length: 50 }, () => madeUser().email);
    const answers = await fiftyAtOnce((index) => patch(ada, { email: wanted[index] }));
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    await expectAgreement(ada.id, ada.user.email, ...wanted);
  });

  it('leaves consistent identifiers if two users swap theirs at once', async () => {
    const [ada, bob] = [await seeds.registeredUser(), await seeds.registeredUser()];
    for (let round = 0; round < 5; round += 1) {
      const [one, other] = (await Promise.all([seen(ada), seen(bob)])) as [Body, Body];
      await Promise.all([
        patch(ada, { email: other['email'] }),
        patch(bob, { email: one['email'] }),
        patch(ada, { mobile: madeMobile() }),
        patch(bob, { username: madeUser().username }),
      ]);
    }
    await expectAgreement(ada.id, bob.user.username, bob.user.email);
    await expectAgreement(bob.id, ada.user.username, ada.user.email);
  });

  it('changes everything or nothing if the write fails', async () => {
    const ada = await seeds.registeredUser();
    for (const moment of ['drop-before', 'drop-after'] as const) {
      const { email } = madeUser();
      const before = await seen(ada);
      const fault = gateway.gate.fault('userUpdate', ({ operation }) => operation === 'TransactWriteItems', moment, { times: 99 });
      expect((await patch(ada, { email })).status).toBe(503);
      fault.end();
      expect((await seen(ada))['email']).toBe(moment === 'drop-before' ? before['email'] : email);
      await expectAgreement(ada.id, before['email'] as string, email);
    }
  });
});

describe('PUT of one’s own record', () => {
  const whole = ({ user }: RegisteredUser): Body => ({ username: user.username, name: user.name, email: user.email });

  it('accepts what GET returned, including fields that the caller may not change', async () => {
    const ada = await seeds.registeredUser({ attributes: { nickname: 'Ada', money: 5 }, roles: ['editor', 'teller'] });
    const before = await seen(ada);
    const answer = await put(ada, { ...before, roles: ['teller', 'editor'] });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
    expect(await answer.json()).toEqual(before);
  });

  it('accepts a stored identifier that would be invalid today', async () => {
    const ada = await seeds.registeredUser();
    await tables.set('users', { id: ada.id }, 'username', 'odd name');
    expect((await put(ada, { ...(await seen(ada)), name: 'Ada' })).status).toBe(200);
  });

  it('empties the fields that are left out, except those that the caller may not write', async () => {
    const ada = await seeds.registeredUser({ attributes: { nickname: 'Ada', money: 5 }, roles: ['editor'] });
    const answer = await put(ada, { ...whole(ada), name: 'Ada' });
    expect(await answer.json()).toMatchObject({ name: 'Ada', mobile: null, attributes: { money: 5 }, roles: ['editor'] });
    expect((await seen(ada))['attributes']).toEqual({ money: 5 });
    await expectAgreement(ada.id, ada.user.mobile ?? '');
  });

  it('needs the fields that cannot be empty', async () => {
    const ada = await seeds.registeredUser();
    const { errors } = await errorsOf(await put(ada, {}));
    expect(Object.keys(errors as Body).sort()).toEqual(['email', 'name', 'username']);
  });

  it('honours If-Match', async () => {
    const ada = await seeds.registeredUser();
    const answer = await put(ada, whole(ada), { headers: { 'if-match': '"7"' } });
    expect(await problemOf(answer)).toMatchObject({ status: 412, code: 'precondition_failed' });
  });
});

describe('changing one’s own identifiers', () => {
  const asked = {
    status: 403,
    code: 'fresh_login_required',
    detail: 'Your sign-in is too old for this. Sign in again and repeat the request.',
  };
  const age = async ({ id, access }: Pick<SeededUser, 'id' | 'access'>, seconds: number) => {
    const key = { user_id: id, sid: claimsOf(access)['sid'] };
    await tables.set('sessions', key, 'opened_at', Math.floor(Date.now() / 1000) - seconds);
  };

  it('needs a sign-in of the last 15 minutes, and so does deleting oneself', async () => {
    const ada = await seeds.registeredUser({ isEmailVerified: true });
    await age(ada, 16 * 60);
    const row = await tables.get('users', { id: ada.id });
    const { email, mobile, username } = madeUser();
    for (const body of [{ email }, { mobile }, { username }, { mobile: null }, { name: 'Thief', email }])
      expect(await problemOf(await patch(ada, body)), JSON.stringify(body)).toEqual(asked);
    expect(await problemOf(await put(ada, { ...(await seen(ada)), email }))).toEqual(asked);
    expect(await problemOf(await put(ada, { username: ada.user.username, name: 'x', email: ada.user.email }))).toEqual(asked);
    expect(await problemOf(await send('DELETE', ada))).toEqual(asked);
    expect(await tables.get('users', { id: ada.id })).toEqual(row);
    expect(
      (await tables.all('outbox')).filter(
        ({ user_id, type }) => user_id === ada.id && !['user_registered', 'session_opened'].includes(String(type)),
      ),
    ).toEqual([]);
    const fresh = { id: ada.id, ...(await ada.again()) };
    expect((await patch(fresh, { email, mobile, username })).status).toBe(200);
    expect(await problemOf(await patch(ada, { username: madeUser().username }))).toEqual(asked);
    expect((await send('DELETE', fresh)).status).toBe(204);
  });

  it('needs no recent sign-in if they stay the same or only letter case changes; other fields need none either', async () => {
    const ada = await seeds.registeredUser();
    await age(ada, 86_400);
    const { username, email, mobile } = ada.user;
    expect((await patch(ada, { username, email: email.toUpperCase(), mobile, name: 'Ada' })).status).toBe(200);
    expect((await put(ada, { ...(await seen(ada)), attributes: { nickname: 'Countess' } })).status).toBe(200);
  });

  it('needs a sign-in, not a refresh, within FRESH_LOGIN_LIFETIME', async () => {
    const ada = await seeds.registeredUser();
    await age(ada, 16 * 60);
    const { access } = (await (await post(gateway, '/token/refresh/', { refresh: ada.refresh })).json()) as { access: string };
    const refreshed = { id: ada.id, access };
    expect(await problemOf(await patch(refreshed, { email: madeUser().email }))).toEqual(asked);
    gateway.use({ FRESH_LOGIN_LIFETIME: '17m' });
    expect((await patch(refreshed, { email: madeUser().email })).status).toBe(200);
  });

  it('needs a recent sign-in of staff and superusers too, also if they change those of others', async () => {
    const [root, staff, bob] = await Promise.all([
      seeds.registeredUser({ isSuperuser: true }),
      seeds.registeredUser({ roles: ['staff'] }),
      seeds.registeredUser(),
    ]);
    for (const user of [root, staff]) {
      await age(user, 86_400);
      expect(await problemOf(await patch(user, { email: madeUser().email }))).toEqual(asked);
      expect(await problemOf(await patch(user, { email: madeUser().email }, { id: bob.id }))).toEqual(asked);
    }
  });
});

describe('read-only fields', () => {
  const forbidden = {
    id: 'another',
    password: 'x',
    is_superuser: true,
    is_staff: true,
    is_active: false,
    token_epoch: 9,
    epoch: 9,
    version: 99,
    email_verified: true,
    mobile_verified: true,
    isSuperuser: true,
    isEmailVerified: true,
    date_joined: '2000-01-01T00:00:00Z',
    last_login: '2000-01-01T00:00:00Z',
    suspension: { at: 'x' },
    avatar: 'x.webp',
    x_money: 1e6,
    changed_by: 'me',
    directory: 'x',
    constructor: { prototype: { isSuperuser: true } },
  };

  it('are dropped from every kind of body, prototypes included', async () => {
    const ada = await seeds.registeredUser();
    const row = await tables.get('users', { id: ada.id });
    const json = `{"__proto__":{"is_superuser":true,"roles":["staff"]},"attributes":{"__proto__":{"money":1},"unknown":1,"constructor":1},${JSON.stringify(forbidden).slice(1)}`;
    const headers = { authorization: `Bearer ${ada.access}` };
    const form = new URLSearchParams(
      Object.entries({ ...forbidden, ['__proto__']: 'x', 'attributes[money]': '1' }).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    );
    const parts = new FormData();
    for (const [name, value] of form) parts.set(name, value);
    const asJson = { ...headers, 'content-type': 'application/json' };
    for (const init of [
      { headers: asJson, body: json },
      { headers, body: form },
      { headers, body: parts },
    ])
      expect((await gateway.fetch(`/users/${ada.id}/`, { method: 'PATCH', ...init })).status).toBe(200);
    expect(await tables.get('users', { id: ada.id })).toEqual(row);
    expect(Object.prototype).not.toHaveProperty('is_superuser');
  });

  it('that staff may set are refused with 403 if they differ', async () => {
    const ada = await seeds.registeredUser({ attributes: { money: 5 } });
    for (const body of [
      { roles: ['staff'] },
      { attributes: { money: 6 } },
      { attributes: { money: null } },
      { attributes: { credit: 1, nickname: 'x' } },
    ]) {
      expect(await problemOf(await patch(ada, body))).toMatchObject({ status: 403, code: 'permission_denied' });
    }
    expect(await problemOf(await put(ada, { ...(await seen(ada)), roles: ['staff'] }))).toMatchObject({ status: 403 });
    expect(await seen(ada)).toMatchObject({ roles: [], attributes: { money: 5 } });
  });
});

describe('deleting oneself', () => {
  const leave = (user: Pick<SeededUser, 'id' | 'access'>) => send('DELETE', user);
  let ada: SignedInUser;
  beforeAll(async () => {
    ada = await signedInUser(gateway);
  });

  it('takes effect at once: all tokens and the password are refused, and the identifiers are free', async () => {
    const other = await post(gateway, '/token/', { username: ada.username, password: ada.password });
    const { access, refresh } = (await other.json()) as { access: string; refresh: string };
    expect((await leave(ada)).status).toBe(204);
    for (const token of [ada.access, access])
      expect(await problemOf(await read(gateway, '/userInfo/', token))).toMatchObject({ status: 401, code: 'user_not_found' });
    for (const token of [ada.refresh, refresh]) expect((await post(gateway, '/token/refresh/', { refresh: token })).status).toBe(401);
    expect(await problemOf(await post(gateway, '/login/', { username: ada.email, password: ada.password }))).toMatchObject({
      code: 'no_active_account',
    });
    expect(await problemOf(await leave(ada))).toMatchObject({ status: 401, code: 'user_not_found' });
    for (const name of [ada.username, ada.email, ada.mobile]) expect(await owner(name)).toBeUndefined();
    const heir = (await (await register(gateway, ada)).json()) as Body;
    expect(heir['id']).not.toBe(ada.id);
    expect((await read(gateway, `/users/${heir['id']}/`, ada.access)).status).toBe(401);
  });

  it('writes an event with the picture’s name for the clean-up', async () => {
    const bob = await seeds.registeredUser({ avatar: 'face.webp', roles: ['editor'] });
    await leave(bob);
    expect((await tables.all('outbox')).filter(({ user_id }) => user_id === bob.id)).toContainEqual(
      expect.objectContaining({ type: 'user_deleted', picture: 'face.webp' }),
    );
    expect((await tables.all('roles')).filter(({ user_id }) => user_id === bob.id)).toEqual([]);
  });

  it('happens once if fiftyAtOnce requests arrive at once', async () => {
    const bob = await seeds.registeredUser();
    const answers = await fiftyAtOnce(() => leave(bob));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await tables.all('outbox')).filter(({ user_id, type }) => user_id === bob.id && type === 'user_deleted')).toHaveLength(1);
  });

  it('leaves nothing behind if changes arrive at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const bob = await seeds.registeredUser();
      const { email } = madeUser();
      await Promise.all([leave(bob), patch(bob, { email }), patch(bob, { name: 'Bob' })]);
      await leave(bob);
      expect(await tables.get('users', { id: bob.id })).toBeUndefined();
      for (const name of [bob.user.username, bob.user.email, email]) expect(await owner(name)).toBeUndefined();
    }
  });

  it('deletes everything or nothing if the write fails', async () => {
    for (const moment of ['drop-before', 'drop-after'] as const) {
      const bob = await seeds.registeredUser();
      const fault = gateway.gate.fault('userDelete', ({ operation }) => operation === 'TransactWriteItems', moment, { times: 99 });
      expect((await leave(bob)).status).toBe(503);
      fault.end();
      const row = await tables.get('users', { id: bob.id });
      expect(row !== undefined).toBe(moment === 'drop-before');
      expect(await owner(bob.user.email)).toBe(moment === 'drop-before' ? bob.id : undefined);
    }
  });
});

describe('the export of one’s own data', () => {
  it('is one document with everything except secrets', async () => {
    const ada = await seeds.registeredUser({ attributes: { nickname: 'Ada', money: 5, forgotten: 'old' }, roles: ['editor'] });
    await ada.again();
    await tables.put('api-tokens', {
      user_id: ada.id,
      place: '00',
      id: `00${'a'.repeat(30)}`,
      hash: 'secret hash',
      name: 'job',
      epoch: 0,
      created_at: 1,
    });
    const answer = await read(gateway, `/users/${ada.id}/export/`, ada.access);
    expect([answer.status, answer.headers.get('content-disposition')]).toEqual([200, 'attachment; filename="account.json"']);
    const text = await answer.text();
    expect(text).not.toMatch(/hash|bcrypt|password|generation/);
    const { user, identifiers, sessions, api_tokens: apiTokens } = JSON.parse(text);
    expect(user).toMatchObject({
      id: ada.id,
      roles: ['editor'],
      attributes: { nickname: 'Ada', money: 5, forgotten: 'old' },
      suspension: null,
    });
    expect(identifiers).toEqual(namesOf(ada.user).map(({ kind, value }) => ({ kind, identifier: value })));
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    expect(apiTokens).toMatchObject([{ name: 'job' }]);
  });
});

describe('a new user', () => {
  it('has version 1', async () => {
    const answer = await register(gateway, newUser());
    const { id } = (await answer.json()) as Body;
    expect(await tables.get('users', { id })).toMatchObject({ version: 1 });
  });
});
