import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, type NewUser, newUser, problemOf, register, signedInUser } from './users.ts';

const app = 'http://localhost:5173'; // an allowed origin
const accessName = '__Host-access';
const refreshName = '__Secure-refresh';
const deviceName = '__Host-device';

const { gateway } = await sharedGateway({ shape: { AUTH_COOKIES: 'lax', CORS_ORIGINS: 'http://localhost:5173' } });
const ada = await signedInUser(gateway);

type Jar = ReadonlyMap<string, { readonly value: string; readonly attributes: string }>;

/** The cookies that a response sets, by name. */
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

/** Sends a request as a page of an allowed origin does, unless the headers say otherwise. */
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
  it('is refused at endpoints that return their token in the body only', async () => {
    for (const path of ['/token/sliding/', '/api-token-auth/']) {
      const response = await send('POST', path, {
        body: JSON.stringify({ username: ada.username, password: ada.password, cookies: true }),
      });
      expect([response.status, ((await response.json()) as Body)['errors']]).toEqual([
        400,
        { cookies: ['This endpoint does not set cookies.'] },
      ]);
    }
  });

  it('sets both tokens, and what the device is known by, as HttpOnly cookies and returns the rest in the body', async () => {
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
      [deviceName, 'Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000'],
    ]);
    expect(claimsOf(tokenIn(jar, accessName))).toMatchObject({ token_type: 'access', user_id: ada.id });
    expect(claimsOf(tokenIn(jar, refreshName))).toMatchObject({ token_type: 'refresh', user_id: ada.id });
    expect(response.headers.get('cache-control')).toBe('no-store');
    for (const line of response.headers.getSetCookie()) expect(Buffer.byteLength(line)).toBeLessThan(4096);
  });

  it('works at /token/ and with a form as well', async () => {
    const credentials = { username: ada.username, password: ada.password };
    const plain = await send('POST', '/token/', { body: JSON.stringify({ ...credentials, cookies: true }) });
    expect([await plain.json(), plain.headers.getSetCookie()]).toEqual([{ expires_in: 300 }, Array(3).fill(expect.any(String))]);
    const form = await gateway.fetch('/token/', {
      method: 'POST',
      headers: { origin: app },
      body: new URLSearchParams({ ...credentials, cookies: 'on' }),
    });
    expect([await form.json(), form.headers.getSetCookie()]).toEqual([{ expires_in: 300 }, Array(3).fill(expect.any(String))]);
  });

  it('happens only on request: other clients get tokens in the body and no cookies', async () => {
    for (const cookies of [false, undefined]) {
      const response = await login(ada, { cookies }, { origin: '' });
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(((await response.json()) as { data: Body }).data).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer' });
    }
  });

  it('keeps the cookies of remembered users for as long as the session can last', async () => {
    const jar = await signedIn(ada, { remembered: true });
    const ages = [...jar.values()].map(({ attributes }) => /; Max-Age=(\d+)$/.exec(attributes)?.[1]);
    expect(ages).toEqual([30, 30, 180].map((days) => String(days * 86_400)));
  });

  it('is refused for pages of other origins before a try is counted (login forgery)', async () => {
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

  it('sets no cookie if the password is wrong', async () => {
    const response = await login({ ...ada, password: 'not at all' });
    expect([response.status, response.headers.getSetCookie()]).toEqual([401, []]);
  });
});

describe('a locked route with cookies', () => {
  it('takes the access cookie, also among other cookies', async () => {
    const jar = await signedIn(ada);
    for (const cookie of [header(jar), `theme=dark; ${header(jar)}; x="1,2"`]) {
      for (const path of ['/userInfo/', '/userInfo', `/users/${ada.id}/`])
        expect((await send('GET', path, { cookie })).status, path).toBe(200);
    }
  });

  it('answers 401 with a problem itself if the request has no credentials', async () => {
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

  it('uses the Authorization header if both are sent', async () => {
    const [bob, jar] = await Promise.all([signedInUser(gateway), signedIn(ada)]);
    const as = async (authorization: string) => await send('GET', '/userInfo/', { cookie: header(jar), authorization });
    expect(await (await as(`Bearer ${bob.access}`)).text()).toContain(bob.username);
    expect(await problemOf(await as('Bearer nonsense'))).toEqual(invalid);
    expect(await problemOf(await as('Bearer'))).toMatchObject({ code: 'bad_authorization_header' });
    expect(await (await as('Basic dTpw')).text()).toContain(ada.username);
  });

  it('checks the origin of a request with a cookie, but not of one with a header', async () => {
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

  it('refuses a cookie that is not exactly one access token', async () => {
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

  it('refuses another user’s id, as it does with a header', async () => {
    const jar = await signedIn(ada);
    expect(await problemOf(await send('GET', '/users/nobody/', { cookie: header(jar) }))).toMatchObject({ code: 'permission_denied' });
  });
});

describe('/token/refresh/ with cookies', () => {
  it('takes the token from the cookie, without a body, and sets the next pair as cookies', async () => {
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

  it('keeps the lifetime of the cookies: those of remembered users stay, and others end with the browser', async () => {
    for (const remembered of [true, false]) {
      const first = await signedIn(ada, { remembered });
      const second = jarOf(await send('POST', '/token/refresh/', { cookie: header(first) }));
      const third = jarOf(await send('POST', '/token/refresh/', { cookie: header(second) }));
      expect(claimsOf(tokenIn(third, refreshName))).toMatchObject({ generation: 2 });
      for (const { attributes } of third.values()) expect(attributes.includes('; Max-Age=25920')).toBe(remembered);
    }
  });

  it('returns tokens in the body if the request has one in its body, whatever its cookies', async () => {
    const [{ refresh }, jar] = [await signedInUser(gateway), await signedIn(ada)];
    const response = await send('POST', '/token/refresh/', { cookie: header(jar), body: JSON.stringify({ refresh }) });
    expect([await response.json(), response.headers.getSetCookie()]).toEqual([
      { access: expect.any(String), refresh: expect.any(String) },
      [],
    ]);
    expect((await send('POST', '/token/refresh/', { cookie: header(jar) })).status).toBe(200);
  });

  it('clears the cookies if their token is refused, and only then', async () => {
    const jar = await signedIn(ada);
    expect((await send('POST', '/logout/', { cookie: header(jar) })).status).toBe(200);
    const dead = await send('POST', '/token/refresh/', { cookie: header(jar) });
    expect(dead.headers.getSetCookie()).toEqual(cleared);
    expect(await problemOf(dead)).toMatchObject({ status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' });
    const byBody = await send('POST', '/token/refresh/', { body: JSON.stringify({ refresh: tokenIn(jar, refreshName) }) });
    expect([byBody.status, byBody.headers.getSetCookie()]).toEqual([401, []]);
  });

  it('is refused for pages of other origins', async () => {
    const jar = await signedIn(ada);
    for (const headers of [{ origin: '' }, { origin: 'null' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      const response = await send('POST', '/token/refresh/', { cookie: header(jar), ...headers });
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(await problemOf(response)).toEqual(forgery);
    }
    expect((await send('POST', '/token/refresh/', { cookie: header(jar) })).status).toBe(200);
  });

  it('refuses a refresh cookie of another user that a neighbouring host has set', async () => {
    const [jar, mallory] = [await signedIn(ada), await signedIn(await registeredUser())];
    const planted = `${refreshName}=${tokenIn(mallory, refreshName)}`;
    for (const cookie of [planted, `${planted}; ${accessName}=${tokenIn(jar, accessName)}`, `${planted}; ${header(jar)}`])
      expect(await problemOf(await send('POST', '/token/refresh/', { cookie }))).toEqual(invalid);
  });

  it('names the missing field if there is neither a cookie nor a body', async () => {
    const response = await send('POST', '/token/refresh/');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: { refresh: ['This field is required.'] },
    });
  });

  it('gives fifty tabs at once the same next generation, and signs no tab out', async () => {
    const jar = await signedIn(ada);
    const responses = await Promise.all(Array.from({ length: 50 }, () => send('POST', '/token/refresh/', { cookie: header(jar) })));
    const given = responses.map((response) => claimsOf(tokenIn(jarOf(response), refreshName)));
    expect(new Set(given.map(({ generation, jti }) => `${generation} ${jti}`)).size).toBe(1);
    for (const response of responses.slice(0, 3))
      expect((await send('GET', '/userInfo/', { cookie: header(jarOf(response)) })).status).toBe(200);
  });

  it('keeps the cookies if a table does not answer', async () => {
    const jar = await signedIn(ada);
    const fault = gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'BatchGetItem', 'drop-before', { times: 99 });
    const response = await send('POST', '/token/refresh/', { cookie: header(jar) });
    fault.end();
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
    expect((await send('POST', '/token/refresh/', { cookie: header(jar) })).status).toBe(200);
  });
});

describe('/logout/ with cookies', () => {
  it('ends the session and clears the cookies', async () => {
    const jar = await signedIn(ada);
    const response = await send('POST', '/logout/', { cookie: header(jar) });
    expect([response.status, await response.json()]).toEqual([200, { status_code: 200, message: 'success' }]);
    expect(response.headers.getSetCookie()).toEqual(cleared);
    expect(await problemOf(await send('GET', '/userInfo/', { cookie: header(jar) }))).toMatchObject({ detail: 'Token is blacklisted' });
  });

  it('is implied by deleting oneself, which clears the cookies and is refused for other origins', async () => {
    const bob = await signedInUser(gateway);
    const jar = await signedIn(bob);
    const leave = (headers: Record<string, string> = {}) => send('DELETE', `/users/${bob.id}/`, { cookie: header(jar), ...headers });
    expect(await problemOf(await leave({ origin: 'https://evil.example' }))).toEqual(forgery);
    const gone = await leave();
    expect([gone.status, gone.headers.getSetCookie()]).toEqual([204, cleared]);
  });

  it('keeps the cookies if the session stays or if the request was made with a header', async () => {
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

describe('AUTH_COOKIES', () => {
  it('strict, a prefix in PUBLIC_URL and no rotation all show in the cookies that are set', async () => {
    gateway.use({ AUTH_COOKIES: 'strict', PUBLIC_URL: 'https://example.com/accounts', ROTATE_REFRESH_TOKENS: 'false' });
    const user = await registeredUser();
    const jar = await signedIn(user);
    expect([...jar].map(([name, { attributes }]) => [name, attributes])).toEqual([
      [accessName, 'Path=/; Secure; HttpOnly; SameSite=Strict'],
      [refreshName, 'Path=/accounts/token/refresh; Secure; HttpOnly; SameSite=Strict'],
      [deviceName, 'Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000'],
    ]);
    const response = await send('POST', '/token/refresh/', { cookie: header(jar), origin: 'https://example.com' });
    expect([response.status, [...jarOf(response).keys()]]).toEqual([200, [accessName]]);
  });

  it('off ignores cookies, and refuses to sign in with them', async () => {
    const jar = await signedIn(await registeredUser());
    gateway.use({ AUTH_COOKIES: 'off' });
    expect(await problemOf(await send('GET', '/userInfo/', { cookie: header(jar) }))).toMatchObject({ code: 'not_authenticated' });
    expect(await (await send('POST', '/token/refresh/', { cookie: header(jar) })).json()).toMatchObject({ code: 'validation_failed' });
    const response = await login(ada);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: { cookies: ['This service does not set cookies.'] },
    });
  });
});

async function registeredUser(): Promise<NewUser> {
  const user = newUser();
  await register(gateway, user);
  return user;
}
