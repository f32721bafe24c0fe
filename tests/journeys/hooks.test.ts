import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { packageStage, projectWithHooks } from '#local/gateway/packaged.ts';
import { cheapHashes, ownGateway } from './shared-gateway.ts';
import { type Body, claimsOf, newUser, post, problemOf, read, signedInUser, signIn } from './users.ts';

const page = await readFile(new URL('../../docs/customising.md', import.meta.url), 'utf8');
const example = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
/** The example of the page, and the hooks that it does not use. */
const everyHook = example.replace(
  /};\n$/,
  `  TOKEN_OBTAIN_SERIALIZER: fields({ hello: v.string() }, ({ user }) => ({ hello: user.username })),
  TOKEN_REFRESH_SERIALIZER: fields({ again: v.string() }, ({ user }) => ({ again: user.username })),
  TOKEN_VERIFY_SERIALIZER: fields({ of: v.string() }, ({ user }) => ({ of: user?.username ?? '' })),
  TOKEN_BLACKLIST_SERIALIZER: fields({ farewell: v.string() }, ({ user }) => ({ farewell: user?.username ?? '' })),
  SLIDING_TOKEN_OBTAIN_SERIALIZER: fields({ welcome: v.string() }, ({ user }) => ({ welcome: user.username })),
  SLIDING_TOKEN_REFRESH_SERIALIZER: fields({ still: v.string() }, ({ user }) => ({ still: user.username })),
  ON_LOGIN_SUCCESS: () => { throw new Error('does not matter'); },
  ON_LOGIN_FAILED: ({ identifier, password }) => {
    console.log(identifier, password);
    return identifier === 'never.answers' ? new Promise(() => undefined) : undefined;
  },
};
`,
);
/** The attributes of this project, and one that registration accepts. */
const withCompany = (await readFile(new URL('../../project/attributes.ts', import.meta.url), 'utf8')).replace(
  /}\);\n$/,
  `  company: { schema: v.pipe(shortText(64), v.nonEmpty('blank')), read: 'self', write: 'self', atRegistration: 'optional' },
});
`,
);

const project = await projectWithHooks('every-hook', everyHook, withCompany);
const { gateway, tables } = await ownGateway({ project, environment: cheapHashes });
const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });

describe('a service with the hooks of docs/customising.md', () => {
  it('puts the claims into access tokens only', async () => {
    const user = await signedInUser(gateway);
    expect(claimsOf(user.access)).toMatchObject({
      user_id: user.id,
      name: user.name,
      nickname: null,
      avatar: null,
      money: 0,
      credit: 0,
    });
    expect(Object.keys(claimsOf(user.refresh))).toEqual(['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid', 'epoch', 'generation']);
    expect((await read(gateway, `/users/${user.id}/`, user.access)).status).toBe(200);
  });

  it('puts the claims into sliding tokens, computes them again at every renewal, and adds fields to those answers', async () => {
    const user = await signedInUser(gateway);
    const { username, password } = user;
    const first = (await (await post(gateway, '/token/sliding/', { username, password })).json()) as { token: string };
    expect(first).toEqual({ welcome: username, token: expect.any(String) });
    expect(claimsOf(first.token)).toMatchObject({ token_type: 'sliding', user_id: user.id, name: user.name, money: 0 });
    await tables.set('users', { id: user.id }, 'name', 'Ada Lovelace');
    const next = (await (await post(gateway, '/token/sliding/refresh/', first)).json()) as { token: string };
    expect(next).toEqual({ still: username, token: expect.any(String) });
    expect(claimsOf(next.token)).toMatchObject({ jti: claimsOf(first.token)['jti'], name: 'Ada Lovelace' });
    await tables.set('users', { id: user.id }, 'roles', ['banned']);
    expect(await problemOf(await post(gateway, '/token/sliding/refresh/', next))).toMatchObject({ status: 401, code: 'no_active_account' });
  });

  it('computes the claims at every refresh from the user’s current row', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'name', 'Ada Lovelace');
    await tables.set('users', { id: user.id }, 'x_money', 12.5);
    await tables.set('users', { id: user.id }, 'roles', ['editor']);
    const next = (await (await refresh(user.refresh)).json()) as { access: string; refresh: string };
    expect(claimsOf(next.access)).toMatchObject({ name: 'Ada Lovelace', roles: ['editor'], money: 12.5 });
    expect((await read(gateway, `/users/${user.id}/`, next.access)).status).toBe(200);
    expect((await refresh(next.refresh)).status).toBe(200);
  });

  it('adds the cart to the answer of a login and changes nothing else in it', async () => {
    const { username, password } = await signedInUser(gateway);
    const { data } = (await (await post(gateway, '/login/', { username, password })).json()) as { data: Record<string, unknown> };
    expect(data).toMatchObject({ cart_total: 3, token_type: 'Bearer', username, access_token: expect.any(String) });
    expect(claimsOf(String(data['access_token']))).toMatchObject({ money: 0 });
    expect(await (await post(gateway, '/token/', { username, password })).json()).not.toHaveProperty('cart_total');
  });

  it('lists its claims in the discovery document', async () => {
    gateway.use({ ISSUER: 'https://accounts.example.com' });
    const response = await gateway.fetch('/.well-known/openid-configuration');
    const { claims_supported: names } = (await response.json()) as { claims_supported: string[] };
    const { access } = await signedInUser(gateway);
    expect(names.toSorted()).toEqual(Object.keys(claimsOf(access)).toSorted());
  });

  it('refuses login and refresh to a user whom the rule excludes, with the same answer as for a wrong password', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'roles', ['banned']);
    const { username, password } = user;
    const turnedAway = await problemOf(await post(gateway, '/token/', { username, password }));
    expect(turnedAway).toEqual(await problemOf(await post(gateway, '/token/', { username, password: 'a wrong one' })));
    expect(await problemOf(await refresh(user.refresh))).toMatchObject({ status: 401, code: 'no_active_account' });
  });

  it('opens no session and changes none if a claim does not fit its schema', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'avatar', 'x'.repeat(41));
    const before = (await tables.all('sessions')).length;
    expect((await post(gateway, '/token/', { username: user.username, password: user.password })).status).toBe(500);
    expect((await refresh(user.refresh)).status).toBe(500);
    expect(await tables.all('sessions')).toHaveLength(before);
    const said = JSON.stringify(gateway.logs('tokenRefresh').map(({ text }) => text));
    expect(said).toContain('CLAIMS does not fit its schema at avatar');
    expect(said).not.toContain('xxxx');
    await tables.set('users', { id: user.id }, 'avatar', 'a.webp');
    const next = (await (await refresh(user.refresh)).json()) as { access: string; refresh: string };
    expect(claimsOf(next.refresh)).toMatchObject({ generation: 1 });
    expect(claimsOf(next.access)).toMatchObject({ avatar: 'a.webp' });
  });
});

describe('the other hooks', () => {
  it('add fields to the answers with tokens', async () => {
    const { username, password, ...user } = await signedInUser(gateway);
    expect(await (await post(gateway, '/token/', { username, password })).json()).toMatchObject({ hello: username });
    const answer = await refresh(user.refresh);
    const pair = (await answer.json()) as { refresh: string; access: string };
    expect(pair).toMatchObject({ again: username });
    expect(await (await post(gateway, '/token/verify/', { token: pair.access })).json()).toEqual({ of: username });
    expect(await (await post(gateway, '/token/blacklist/', { refresh: pair.refresh })).json()).toEqual({ farewell: username });
  });

  it('that run after a login may throw, and one that never resolves does not delay the answer', async () => {
    const { username, password } = await signedInUser(gateway);
    expect((await post(gateway, '/token/', { username, password })).status).toBe(200);
    const refused = await post(gateway, '/token/', { username: 'never.answers', password: 'hunter2 and more' });
    expect(await problemOf(refused)).toMatchObject({ code: 'no_active_account' });
    const said = gateway.logs('tokenObtain');
    const failed = said.filter(({ json }) => json?.['event'] === 'hook_failed').map(({ json }) => json?.['hook']);
    expect(failed).toEqual(expect.arrayContaining(['ON_LOGIN_SUCCESS', 'ON_LOGIN_FAILED']));
    expect(said.some(({ text }) => text.includes(`never.answers ${'*'.repeat(20)}`))).toBe(true);
    expect(JSON.stringify(said.map(({ text }) => text))).not.toContain('hunter2');
  });
});

describe('an attribute with atRegistration', () => {
  const joining = (attributes: Body | undefined, user = newUser()) => ({
    ...user,
    password_confirmation: user.password,
    attributes,
  });

  it('is shown, stored, exported, and changed by its owner', async () => {
    const user = newUser();
    const made = await post(gateway, '/register/', joining({ company: 'Babbage & Co', money: 1_000_000 }, user));
    const record = (await made.json()) as Body;
    expect([made.status, record['attributes']]).toEqual([201, { company: 'Babbage & Co' }]);
    expect((await tables.all('users')).find(({ id }) => id === record['id'])).toMatchObject({ x_company: 'Babbage & Co' });
    const { access } = await signIn(gateway, user);
    const patched = await gateway.fetch(`/users/${record['id']}/`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
      body: JSON.stringify({ attributes: { company: 'Lovelace Ltd' } }),
    });
    expect(await patched.json()).toMatchObject({ attributes: { company: 'Lovelace Ltd' } });
    const exported = await read(gateway, `/users/${record['id']}/export/`, access);
    expect(await exported.json()).toMatchObject({ user: { attributes: { company: 'Lovelace Ltd' } } });
  });

  it('may be left out, and is refused if it does not fit its schema', async () => {
    for (const none of [undefined, {}, { company: null }]) {
      const made = await post(gateway, '/register/', joining(none));
      expect([made.status, 'attributes' in ((await made.json()) as Body)]).toEqual([201, false]);
    }
    for (const company of ['', 5, 'x'.repeat(65)]) {
      const refused = (await (await post(gateway, '/register/', joining({ company }))).json()) as Body;
      expect(refused).toMatchObject({ status: 400, code: 'validation_failed', errors: { 'attributes.company': expect.anything() } });
    }
  });
});

it('a service is not packaged if its longest token exceeds TOKEN_MAX_BYTES, and the message says what to do', async () => {
  const project = await projectWithHooks('too-long', example.replace('shortText(64)', 'shortText(640)'));
  await expect(packageStage({ stage: 'dev', project })).rejects.toThrow(/TOKEN_MAX_BYTES is 3072, but the longest token takes \d+ bytes/);
});
