import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, type NewUser, newUser, problemOf, register, signedInUser } from './users.ts';

const app = 'http://localhost:5173'; // the origin that is listed
const accessName = '__Host-access';
const refreshName = '__Secure-refresh';

const { gateway } = await sharedGateway({ shape: { AUTH_COOKIES: 'lax', CORS_ORIGINS: 'http://localhost:5173' } });
const ada = await signedInUser(gateway);

type Jar = ReadonlyMap<string, { readonly value: string; readonly attributes: string }>;

/** What an answer sets, by name. */
function jarOf(response: Response): Jar {
  return new Map(
    response.headers.getSetCookie().map((line) => {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*); (.*)$/.exec(line) ?? [];
      return [name, { value, attributes }];
    }),
  );
}
const header = (jar: Jar) => [...jar].map(([name, { value }]) => `${name}=${value}`).join('; ');
const tokenIn = (jar: Jar, name: string) => jar.get(name)?.value ?? expect.unreachable();

/** As a page of an allowed origin sends it, unless it is said otherwise. */
function send(method: string, path: string, { cookie, body, ...headers }: Record<string, string> = {}): Promise<Response> {
  const from = 'origin' in headers || 'sec-fetch-site' in headers ? {} : { origin: app };
  const sent = Object.fromEntries(Object.entries({ ...from, ...headers, ...(cookie && { cookie }) }).filter(([, value]) => value !== ''));
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return gateway.fetch(path, { method, headers: { ...json, ...sent }, ...(body !== undefined && { body }) });
}
const login = (user: NewUser, fields: Body = {}, headers: Record<string, string> = {}) =>
  send('POST', '/login/', {
    body: JSON.stringify({ username: user.username, password: user.password, cookies: true, ...fields }),
    ...headers,
  });
const signedIn = async (user: NewUser, fields: Body = {}) => jarOf(await login(user, fields));
const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };
const forgery = { status: 403, code: 'csrf_failed', detail: 'CSRF Failed: Origin checking failed.' };
const cleared = [
  `${accessName}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
  `${refreshName}=; Path=/token/refresh; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
];

describe('signing in with cookies', () => {
  it('is refused where tokens come in bodies only, instead of showing one to a script', async () => {
    for (const path of ['/token/sliding/', '/api-token-auth/']) {
      const response = await send('POST', path, {
        body: JSON.stringify({ username: ada.username, password: ada.password, cookies: true }),
      });
      expect([response.status, ((await response.json()) as Body)['errors']]).toEqual([400, { cookies: ['No cookies are set here.'] }]);
    }
  });

  it('sets both tokens where no script sees them, and says the rest in the body', async () => {
    const response = await login(ada);
    expect(await response.json()).toEqual({
      status_code: 200,
      message: 'Login successful',
      data: { expires_in: 300, user_id: ada.id, username: ada.username, email: ada.email },
    });
    const jar = jarOf(response);
    expect([...jar].map(([name, { attributes }]) => [name, attributes])).toEqual([
      [accessName, 'Path=/; Secure; HttpOnly; SameSite=Lax'],
      [refreshName, 'Path=/token/refresh; Secure; HttpOnly; SameSite=Lax'],
    ]);
    expect(claimsOf(tokenIn(jar, accessName))).toMatchObject({ token_type: 'access', user_id: ada.id });
    expect(claimsOf(tokenIn(jar, refreshName))).toMatchObject({ token_type: 'refresh', user_id: ada.id });
    expect(response.headers.get('cache-control')).toBe('no-store');
    for (const line of response.headers.getSetCookie()) expect(Buffer.byteLength(line)).toBeLessThan(4096);
  });

  it('does the same at /token/, and in a form', async () => {
    const credentials = { username: ada.username, password: ada.password };
    const plain = await send('POST', '/token/', { body: JSON.stringify({ ...credentials, cookies: true }) });
    expect([await plain.json(), plain.headers.getSetCookie()]).toEqual([{ expires_in: 300 }, [expect.any(String), expect.any(String)]]);
    const form = await gateway.fetch('/token/', {
      method: 'POST',
      headers: { origin: app },
      body: new URLSearchParams({ ...credentials, cookies: 'on' }),
    });
    expect([await form.json(), form.headers.getSetCookie()]).toEqual([{ expires_in: 300 }, [expect.any(String), expect.any(String)]]);
  });

  it('is for who asks for it: everybody else is given tokens, and no cookies', async () => {
    for (const cookies of [false, undefined]) {
      const response = await login(ada, { cookies }, { origin: '' });
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(((await response.json()) as { data: Body }).data).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer' });
    }
  });

  it('keeps them beyond the browser’s end for whoever is remembered, for as long as the session can last', async () => {
    const jar = await signedIn(ada, { remembered: true });
    const ages = [...jar.values()].map(({ attributes }) => /; Max-Age=(\d+)$/.exec(attributes)?.[1]);
    expect(ages).toEqual([String(30 * 86_400), String(30 * 86_400)]);
  });

  it('is refused to any page that is none of ours, before a try is counted (login forgery)', async () => {
    gateway.gate.reset();
    for (const headers of [
      { origin: '' },
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:5174' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const response = await login(ada, {}, headers);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await problemOf(response)).toEqual(forgery);
    }
    expect(gateway.gate.calls('login')).toEqual([]);
  });

  it('sets nothing where the password is wrong', async () => {
    const response = await login({ ...ada, password: 'not at all' });
    expect([response.status, response.headers.getSetCookie()]).toEqual([401, []]);
  });
});

describe('a locked route', () => {
  it('takes the cookie, wherever it stands among others', async () => {
    const jar = await signedIn(ada);
    for (const cookie of [header(jar), `theme=dark; ${header(jar)}; x="1,2"`]) {
      for (const path of ['/userInfo/', '/userInfo', `/users/${ada.id}/`])
        expect((await send('GET', path, { cookie })).status, path).toBe(200);
    }
  });

  it('answers by itself, in words a client can act on, where nothing came along at all', async () => {
    const response = await gateway.fetch('/userInfo/');
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    expect(await problemOf(response)).toEqual({
      status: 401,
      code: 'not_authenticated',
      detail: 'Authentication credentials were not provided.',
    });
    const authorizers = gateway.template.ofType('AWS::ApiGatewayV2::Authorizer').map(({ properties }) => properties);
    expect(authorizers).toEqual([expect.objectContaining({ AuthorizerResultTtlInSeconds: 0, IdentitySource: [] })]);
  });

  it('believes the header where both are there', async () => {
    const [bob, jar] = await Promise.all([signedInUser(gateway), signedIn(ada)]);
    const as = async (authorization: string) => await send('GET', '/userInfo/', { cookie: header(jar), authorization });
    expect(await (await as(`Bearer ${bob.access}`)).text()).toContain(bob.username);
    expect(await problemOf(await as('Bearer nonsense'))).toEqual(invalid);
    expect(await problemOf(await as('Bearer'))).toMatchObject({ code: 'bad_authorization_header' });
    expect(await (await as('Basic dTpw')).text()).toContain(ada.username);
  });

  it('asks a cookie, and no header, for the page that sent it', async () => {
    const jar = await signedIn(ada);
    const byHeader = { authorization: `Bearer ${ada.access}`, origin: 'https://evil.example' };
    expect((await send('POST', '/userInfo/', byHeader)).status).toBe(200);
    for (const headers of [{ origin: '' }, { origin: 'null' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      expect((await send('GET', '/userInfo/', { cookie: header(jar), ...headers })).status).toBe(200);
      for (const [method, path] of [
        ['POST', '/userInfo/'],
        ['POST', '/logout/'],
        ['POST', `/users/${ada.id}/avatar/upload`],
        ['DELETE', `/users/${ada.id}/avatar`],
        ['DELETE', `/users/${ada.id}/sessions/${'0'.repeat(32)}/`],
      ] as const)
        expect(await problemOf(await send(method, path, { cookie: header(jar), ...headers })), `${method} ${path}`).toEqual(forgery);
    }
    expect((await send('POST', '/userInfo/', { cookie: header(jar), 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await send('POST', '/userInfo/', { cookie: header(jar), origin: gateway.origin })).status).toBe(200);
    const chinese = await send('POST', '/userInfo/', { cookie: header(jar), origin: 'null', 'accept-language': 'zh-CN' });
    expect((await problemOf(chinese)).detail).toBe('CSRF 验证失败：来源校验未通过。');
  });

  it('believes no cookie that is not exactly one access token', async () => {
    const jar = await signedIn(ada);
    const token = tokenIn(jar, accessName);
    for (const value of [`"${token}"`, `${token}=`, `%22${token}`, 'garbage', '', `Bearer ${token}`, token.slice(0, -2)])
      expect(await problemOf(await send('GET', '/userInfo/', { cookie: `${accessName}=${value}` })), value).toEqual(invalid);
    expect(await problemOf(await send('GET', '/userInfo/', { cookie: `${accessName}=${token}; ${accessName}=${token}` }))).toEqual(invalid);
    const refresh = `${accessName}=${tokenIn(jar, refreshName)}`;
    expect(await problemOf(await send('GET', '/userInfo/', { cookie: refresh }))).toMatchObject({ detail: 'Token has wrong type' });
    for (const name of ['__host-access', 'access', '__Host-Access', ` =${accessName}`])
      expect(await problemOf(await send('GET', '/userInfo/', { cookie: `${name}=${token}` }))).toMatchObject({ code: 'not_authenticated' });
  });

  it('is closed to somebody else’s id, by cookie as by header', async () => {
    const jar = await signedIn(ada);
    expect(await problemOf(await send('GET', '/users/nobody/', { cookie: header(jar) }))).toMatchObject({ code: 'permission_denied' });
  });
});

describe('/token/refresh/', () => {
  it('takes the token from the cookie, with no body at all, and gives the next as cookies', async () => {
    const jar = await signedIn(ada);
    for (const path of ['/token/refresh/', '/token/refresh']) {
      const response = await send('POST', path, { cookie: header(await signedIn(ada)) });
      expect([response.status, await response.json()]).toEqual([200, { expires_in: 300 }]);
      const next = jarOf(response);
      expect(claimsOf(tokenIn(next, refreshName))).toMatchObject({ generation: 1 });
      expect((await send('GET', '/userInfo/', { cookie: header(next) })).status).toBe(200);
    }
    const empty = await send('POST', '/token/refresh/', { cookie: header(jar), body: '{}' });
    expect([empty.status, jarOf(empty).size]).toEqual([200, 2]);
  });

  it('keeps the choice: remembered stays remembered, and the others end with their browser', async () => {
    for (const remembered of [true, false]) {
      const first = await signedIn(ada, { remembered });
      const second = jarOf(await send('POST', '/token/refresh/', { cookie: header(first) }));
      const third = jarOf(await send('POST', '/token/refresh/', { cookie: header(second) }));
      expect(claimsOf(tokenIn(third, refreshName))).toMatchObject({ generation: 2 });
      for (const { attributes } of third.values()) expect(attributes.includes('; Max-Age=25920')).toBe(remembered);
    }
  });

  it('answers a token in the body in the body, also where a cookie came along', async () => {
    const [{ refresh }, jar] = [await signedInUser(gateway), await signedIn(ada)];
    const response = await send('POST', '/token/refresh/', { cookie: header(jar), body: JSON.stringify({ refresh }) });
    expect([await response.json(), response.headers.getSetCookie()]).toEqual([
      { access: expect.any(String), refresh: expect.any(String) },
      [],
    ]);
    expect((await send('POST', '/token/refresh/', { cookie: header(jar) })).status).toBe(200);
  });

  it('takes cookies from the browser whose token was refused, and no others', async () => {
    const jar = await signedIn(ada);
    expect((await send('POST', '/logout/', { cookie: header(jar) })).status).toBe(200);
    const dead = await send('POST', '/token/refresh/', { cookie: header(jar) });
    expect(dead.headers.getSetCookie()).toEqual(cleared);
    expect(await problemOf(dead)).toMatchObject({ status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' });
    const byBody = await send('POST', '/token/refresh/', { body: JSON.stringify({ refresh: tokenIn(jar, refreshName) }) });
    expect([byBody.status, byBody.headers.getSetCookie()]).toEqual([401, []]);
  });

  it('cannot be asked for by a page that is none of ours', async () => {
    const jar = await signedIn(ada);
    for (const headers of [{ origin: '' }, { origin: 'null' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      const response = await send('POST', '/token/refresh/', { cookie: header(jar), ...headers });
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await problemOf(response)).toEqual(forgery);
    }
    expect((await send('POST', '/token/refresh/', { cookie: header(jar) })).status).toBe(200);
  });

  it('does not believe a refresh cookie that a neighbour of this host planted', async () => {
    const [jar, mallory] = [await signedIn(ada), await signedIn(await registeredUser())];
    const planted = `${refreshName}=${tokenIn(mallory, refreshName)}`;
    for (const cookie of [planted, `${planted}; ${accessName}=${tokenIn(jar, accessName)}`, `${planted}; ${header(jar)}`])
      expect(await problemOf(await send('POST', '/token/refresh/', { cookie }))).toEqual(invalid);
  });

  it('asks for the field that other clients send where there is no cookie either', async () => {
    const response = await send('POST', '/token/refresh/');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: { refresh: ['This field is required.'] },
    });
  });

  it('gives fifty tabs that ask at once one and the same next generation, and signs nobody out', async () => {
    const jar = await signedIn(ada);
    const responses = await Promise.all(Array.from({ length: 50 }, () => send('POST', '/token/refresh/', { cookie: header(jar) })));
    const given = responses.map((response) => claimsOf(tokenIn(jarOf(response), refreshName)));
    expect(new Set(given.map(({ generation, jti }) => `${generation} ${jti}`)).size).toBe(1);
    for (const response of responses.slice(0, 3))
      expect((await send('GET', '/userInfo/', { cookie: header(jarOf(response)) })).status).toBe(200);
  });

  it('leaves the cookies alone when a table does not answer', async () => {
    const jar = await signedIn(ada);
    const fault = gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'BatchGetItem', 'drop-before', { times: 99 });
    const response = await send('POST', '/token/refresh/', { cookie: header(jar) });
    fault.end();
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
    expect((await send('POST', '/token/refresh/', { cookie: header(jar) })).status).toBe(200);
  });
});

describe('/logout/', () => {
  it('ends the session and takes the cookies away', async () => {
    const jar = await signedIn(ada);
    const response = await send('POST', '/logout/', { cookie: header(jar) });
    expect([response.status, await response.json()]).toEqual([200, { status_code: 200, message: 'success' }]);
    expect(response.headers.getSetCookie()).toEqual(cleared);
    expect(await problemOf(await send('GET', '/userInfo/', { cookie: header(jar) }))).toMatchObject({ detail: 'Token is blacklisted' });
  });

  it('takes them away from whoever deletes themselves by cookie, and lets no page of others do it', async () => {
    const bob = await signedInUser(gateway);
    const jar = await signedIn(bob);
    const leave = (headers: Record<string, string> = {}) => send('DELETE', `/users/${bob.id}/`, { cookie: header(jar), ...headers });
    expect(await problemOf(await leave({ origin: 'https://evil.example' }))).toEqual(forgery);
    const gone = await leave();
    expect([gone.status, gone.headers.getSetCookie()]).toEqual([204, cleared]);
  });

  it('leaves the cookies of a session that stays, and of one that it was not asked by', async () => {
    const jar = await signedIn(ada);
    const others = await send('POST', '/logout/', { cookie: header(jar), body: '{"scope":"others"}' });
    expect([others.status, others.headers.getSetCookie()]).toEqual([200, []]);
    const bob = await signedInUser(gateway);
    const byHeader = await send('POST', '/logout/', { cookie: header(jar), authorization: `Bearer ${bob.access}` });
    expect([byHeader.status, byHeader.headers.getSetCookie()]).toEqual([200, []]);
    expect((await send('GET', '/userInfo/', { cookie: header(jar) })).status).toBe(200);
    const everywhere = await send('POST', '/logout/', { cookie: header(jar), body: '{"scope":"global"}' });
    expect(everywhere.headers.getSetCookie()).toEqual(cleared);
  });
});

describe('another choice of settings', () => {
  it('strict cookies, a prefix of the public address, and no rotation show in what is set', async () => {
    gateway.use({ AUTH_COOKIES: 'strict', PUBLIC_URL: 'https://example.com/accounts', ROTATE_REFRESH_TOKENS: 'false' });
    const user = await registeredUser();
    const jar = await signedIn(user);
    expect([...jar].map(([name, { attributes }]) => [name, attributes])).toEqual([
      [accessName, 'Path=/; Secure; HttpOnly; SameSite=Strict'],
      [refreshName, 'Path=/accounts/token/refresh; Secure; HttpOnly; SameSite=Strict'],
    ]);
    const response = await send('POST', '/token/refresh/', { cookie: header(jar), origin: 'https://example.com' });
    expect([response.status, [...jarOf(response).keys()]]).toEqual([200, [accessName]]);
  });

  it('without cookies none is believed, and whoever asks for them gets no tokens in the body instead', async () => {
    const jar = await signedIn(await registeredUser());
    gateway.use({ AUTH_COOKIES: 'off' });
    expect(await problemOf(await send('GET', '/userInfo/', { cookie: header(jar) }))).toMatchObject({ code: 'not_authenticated' });
    expect(await (await send('POST', '/token/refresh/', { cookie: header(jar) })).json()).toMatchObject({ code: 'validation_failed' });
    const response = await login(ada);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: { cookies: ['This service sets no cookies.'] },
    });
  });
});

async function registeredUser(): Promise<NewUser> {
  const user = newUser();
  await register(gateway, user);
  return user;
}
