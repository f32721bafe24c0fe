import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { newTokenText } from '#lib/api-tokens/token-text.ts';
import { packageStage } from '#local/gateway/packaged.ts';
import { faultsOf } from '../architecture/cloudformation.ts';
import { ownGateway } from './shared-gateway.ts';
import { testClock } from './test-clock.ts';
import { type Body, claimsOf, fiftyAtOnce, newUser, post, problemOf, register, type SignedInUser, signedInUser, signIn } from './users.ts';

/** A stage with every scheme and its own header, called from a browser application. */
const shape = {
  AUTH_HEADER_TYPES: 'JWT,Bearer,Token,Basic',
  AUTH_HEADER_NAME: 'HTTP_X_ACCESS_TOKEN',
  PUBLIC_URL: 'http://localhost',
  CORS_ORIGINS: 'http://localhost:5173',
};
const header = 'X-Access-Token';

const clock = testClock();
afterEach(clock.run);
const settings = { BCRYPT_ROUNDS: '4' };
const { gateway, tables } = await ownGateway({ stage: 'local', shape, settings, instances: 6, clock: clock.now });
const ada = await signedInUser(gateway);

type ApiToken = { readonly token: string; readonly id: string; readonly name: string; readonly expires_at: string | null };

const ask = async (credentials: string, path = '/userInfo/', init: RequestInit = {}) =>
  await gateway.fetch(path, { ...init, headers: { ...init.headers, [header]: credentials } });
const statusOf = async (credentials: string, path?: string) => (await ask(credentials, path)).status;
const requestApiToken = async ({ username, password }: Pick<SignedInUser, 'username' | 'password'>, wish: Body = {}) =>
  await post(gateway, '/api-token-auth/', { username, password, ...wish });
const newApiToken = async (user: Pick<SignedInUser, 'username' | 'password'>, wish: Body = {}): Promise<ApiToken> => {
  const response = await requestApiToken(user, wish);
  if (response.status !== 200) throw new Error(`no API token: ${response.status} ${await response.text()}`);
  return (await response.json()) as ApiToken;
};
const listed = async ({ id, access }: SignedInUser) =>
  ((await (await ask(`JWT ${access}`, `/users/${id}/api-tokens/`)).json()) as { results: (Body & { id: string })[] }).results;
const revoke = async (credentials: string, userId: string, tokenId: string) =>
  await ask(credentials, `/users/${userId}/api-tokens/${tokenId}/`, { method: 'DELETE' });
/** The authorizer's calls while something is done. */
const callsDuring = async (doing: () => Promise<unknown>) => {
  const before = gateway.gate.calls('authorizer').length;
  await doing();
  return gateway.gate
    .calls('authorizer')
    .slice(before)
    .map(({ operation }) => operation);
};
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const place = (token: ApiToken, userId: string) => ({ user_id: userId, place: token.id.slice(0, 2) });
const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };
const noActiveAccount = { status: 401, code: 'no_active_account', detail: 'No active account found with the given credentials' };
const eventsOf = async (userId: string) =>
  (await tables.all('outbox')).filter((event) => event['user_id'] === userId).map((event) => event['type']);

describe('a stage with four schemes and its own header', () => {
  it('has a valid template, and its authorizer reads the stage’s header', async () => {
    const { templateFile } = await packageStage({ stage: 'local', settings: shape });
    expect(faultsOf(JSON.parse(await readFile(templateFile, 'utf8')))).toEqual([]);
    const [authorizer] = gateway.template.ofType<{ IdentitySource: string[] }>('AWS::ApiGatewayV2::Authorizer');
    expect(authorizer?.properties.IdentitySource).toEqual(['$request.header.X-Access-Token']);
  });

  it('allows the header in CORS requests', async () => {
    const response = await gateway.fetch('/userInfo/', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'GET', 'access-control-request-headers': header },
    });
    expect(response.headers.get('access-control-allow-headers')?.split(',')).toEqual(expect.arrayContaining(['x-access-token']));
    expect(response.headers.get('access-control-allow-headers')).not.toContain('authorization');
  });

  it('reads credentials from that header only', async () => {
    expect(await statusOf(`JWT ${ada.access}`)).toBe(200);
    const other = await gateway.fetch('/userInfo/', { headers: { authorization: `JWT ${ada.access}` } });
    expect([other.status, await other.json()]).toEqual([401, { message: 'Unauthorized' }]);
    const both = await gateway.fetch('/userInfo/', { headers: { authorization: `JWT ${ada.access}`, [header]: 'JWT x' } });
    expect(await problemOf(both)).toEqual(invalid);
  });

  it('accepts an access token after each listed scheme in any letter case, and after no other', async () => {
    for (const word of ['JWT', 'jwt', 'Bearer', 'BEARER', 'bEaReR']) expect(await statusOf(`${word} ${ada.access}`)).toBe(200);
    for (const word of ['Token', 'Basic', 'Digest', 'Bearer,', 'constructor', '__proto__'])
      expect([word, await statusOf(`${word} ${ada.access}`)]).toEqual([word, 401]);
  });

  it('names its schemes in WWW-Authenticate in their order, without Basic, so that no browser opens a dialog', async () => {
    const wanted = 'JWT realm="api", Token realm="api"';
    expect((await ask('Negotiate x')).headers.get('www-authenticate')).toBe(wanted);
    expect((await requestApiToken({ ...ada, password: 'wrong' })).headers.get('www-authenticate')).toBe(wanted);
    expect((await ask('JWT x')).headers.get('www-authenticate')).toBe(
      'JWT realm="api", error="invalid_token", error_description="Token is invalid", Token realm="api"',
    );
  });

  it('names the scheme as token_type at login', async () => {
    const response = await post(gateway, '/login/', { username: ada.username, password: ada.password });
    expect(await response.json()).toMatchObject({ data: { token_type: 'JWT' } });
  });

  it('refuses a header of a megabyte, and refuses a long one without a read', async () => {
    const response = await ask(`Token ${'g'.repeat(1_000_000)}`).catch(() => undefined);
    expect([431, undefined]).toContain(response?.status);
    const long = async () => expect(await problemOf(await ask(`Token gth_${'A'.repeat(9000)}`))).toEqual(invalid);
    expect(await callsDuring(long)).toEqual([]);
  });
});

describe('an API token', () => {
  it('is given for a password, authenticates, is listed without its text, and is refused once it is revoked', async () => {
    clock.stop();
    const user = await signedInUser(gateway);
    const response = await requestApiToken(user, { name: '夜间任务', expires_in: 3600 });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const token = (await response.json()) as ApiToken & { created_at: string };
    expect(token).toEqual({
      token: expect.stringMatching(/^gth_[A-Za-z0-9_-]{100,}$/),
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: '夜间任务',
      created_at: expect.any(String),
      expires_at: new Date(Date.parse(token.created_at) + 3_600_000).toISOString(),
    });
    expect(await listed(user)).toEqual([{ ...token, token: undefined, last_used_at: null }]);
    for (const word of ['Token', 'token']) {
      const answer = await ask(`${word} ${token.token}`);
      expect([answer.status, await answer.json()]).toMatchObject([200, { data: { sub: user.id } }]);
    }
    const [shown] = await listed(user);
    expect(shown?.['last_used_at']).toBe(token.created_at);
    expect((await revoke(`JWT ${user.access}`, user.id, token.id)).status).toBe(204);
    expect(await problemOf(await ask(`Token ${token.token}`))).toEqual(invalid);
    expect([await listed(user), (await revoke(`JWT ${user.access}`, user.id, token.id)).status]).toEqual([[], 404]);
    expect(await eventsOf(user.id)).toEqual(expect.arrayContaining(['api_token_created', 'api_token_revoked']));
  });

  it('has no end and no name by default, and can be requested with any identifier and in a form', async () => {
    const form = new URLSearchParams({ mobile: ada.email, password: ada.password, name: '', expires_in: '' });
    const response = await gateway.fetch('/api-token-auth/', { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({ name: '', expires_at: null, token: expect.any(String) });
  });

  it.each([
    [{ password: 'wrong' }, noActiveAccount],
    [{ username: 'nobody.at.all' }, noActiveAccount],
    [{ password: '' }, { status: 400, code: 'validation_failed' }],
    [{ expires_in: 0 }, { status: 400, code: 'validation_failed' }],
    [{ expires_in: -1 }, { status: 400, code: 'validation_failed' }],
    [{ expires_in: 1e18 }, { status: 400, code: 'validation_failed' }],
    [{ expires_in: '1e3' }, { status: 400, code: 'validation_failed' }],
    [{ expires_in: {} }, { status: 400, code: 'validation_failed' }],
    [{ name: 'x'.repeat(65) }, { status: 400, code: 'validation_failed' }],
    [{ name: 'two\nlines' }, { status: 400, code: 'validation_failed' }],
  ])('is not given for %j', async (wish, expected) => {
    expect(await problemOf(await requestApiToken(ada, wish))).toMatchObject(expected);
  });

  it('is given for the password only, and its requests count as login tries', async () => {
    const { token } = await newApiToken(ada);
    const without = await ask(`Token ${token}`, '/api-token-auth/', { method: 'POST' });
    expect(await problemOf(without)).toMatchObject({ status: 400, code: 'validation_failed' });
    clock.stop();
    const { email: username, password } = await signedInUser(gateway);
    for (let count = 0; count < 10; count += 1) expect((await requestApiToken({ username, password: 'a guess' })).status).toBe(401);
    expect(await problemOf(await requestApiToken({ username, password }))).toMatchObject({ code: 'human_check_required' });
    gateway.use({ HUMAN_CHECK_LOGIN: 'off' });
    const last = await requestApiToken({ username, password });
    expect(await problemOf(last)).toMatchObject({ status: 429, code: 'throttled' });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(gateway, '/token/', { username, password })).status).toBe(429);
  });

  it('is refused if its text is changed, spliced or guessed', async () => {
    const user = await signedInUser(gateway);
    const [token, other] = [await newApiToken(user), await newApiToken(ada)];
    const bytes = (text: string) => Buffer.from(text.slice(4), 'base64url');
    const text = (...parts: Uint8Array[]) => `gth_${Buffer.concat(parts).toString('base64url')}`;
    const [own, foreign] = [bytes(token.token), bytes(other.token)];
    const spliced = newTokenText({ userId: ada.id, id: token.id }).text;
    const guessed = newTokenText({ userId: user.id, id: token.id }).text;
    const swap = token.token.endsWith('A') ? 'B' : 'A';
    const cases: Record<string, string> = {
      truncated: token.token.slice(0, -1),
      'one more': `${token.token}A`,
      padded: `${token.token}=`,
      'another last character': token.token.slice(0, -1) + swap,
      'another alphabet': `${token.token.slice(0, 20)}+${token.token.slice(21)}`,
      'other case of the prefix': `GTH_${token.token.slice(4)}`,
      'without its prefix': token.token.slice(4),
      'twice the prefix': `gth_${token.token}`,
      'the id of one, the secret of another': text(own.subarray(0, 16), foreign.subarray(16)),
      'somebody else’s id spliced in': spliced,
      'another secret for the same row': guessed,
      'its hash instead of it': `gth_${'0'.repeat(80)}`,
      'an access token': user.access,
      comma: `${token.token},${token.token}`,
      traversal: 'gth_../../users',
    };
    for (const [what, credentials] of Object.entries(cases))
      expect({ what, ...(await problemOf(await ask(`Token ${credentials}`))) }).toEqual({ what, ...invalid });
    for (const credentials of ['Token', `Token ${token.token} x`, `Token  ${token.token} ${other.token}`])
      expect(await problemOf(await ask(credentials))).toMatchObject({ status: 401, code: 'bad_authorization_header' });
    expect(await statusOf(`Token ${token.token}`)).toBe(200);
  });

  it('is refused after its end, though its row is still in the table', async () => {
    const user = await signedInUser(gateway);
    const token = await newApiToken(user, { expires_in: 3600 });
    await tables.set('api-tokens', place(token, user.id), 'expires_at', Math.floor(Date.now() / 1000));
    expect(await problemOf(await ask(`Token ${token.token}`))).toEqual({ ...invalid, detail: 'Token is expired' });
    expect(await listed(user)).toEqual([]);
  });

  it('is refused at once for an inactive or deleted user and after a logout everywhere', async () => {
    const user = await signedInUser(gateway);
    const token = await newApiToken(user);
    await tables.set('users', { id: user.id }, 'is_active', false);
    expect(await problemOf(await ask(`Token ${token.token}`))).toMatchObject({ status: 401, code: 'user_inactive' });
    await tables.set('users', { id: user.id }, 'is_active', true);
    expect(await statusOf(`Token ${token.token}`)).toBe(200);
    expect((await ask(`Token ${token.token}`, '/logout/', { method: 'POST', body: scope('global'), headers: json })).status).toBe(200);
    expect(await problemOf(await ask(`Token ${token.token}`))).toEqual({ ...invalid, detail: 'Token is blacklisted' });
    expect(await problemOf(await ask(`JWT ${user.access}`))).toEqual({ ...invalid, detail: 'Token is blacklisted' });
    const again = { ...user, ...(await signIn(gateway, user)) };
    expect(await listed(again)).toEqual([]);
    await tables.put('api-tokens', { ...place(token, 'nobody'), id: token.id, hash: 'x', epoch: 0 });
    expect(await problemOf(await ask(`Token ${newTokenText({ userId: 'nobody', id: token.id }).text}`))).toEqual(invalid);
  });

  it('has no session of its own, but can end every session of its user', async () => {
    const user = await signedInUser(gateway);
    const { token } = await newApiToken(user);
    const sessions = async () => {
      const answer = (await (await ask(`Token ${token}`, `/users/${user.id}/sessions/`)).json()) as { results: { current: boolean }[] };
      return answer.results.map(({ current }) => current);
    };
    expect(await sessions()).toEqual([false]);
    const logOut = (body: string) => ask(`Token ${token}`, '/logout/', { method: 'POST', body, headers: json });
    expect(await problemOf(await logOut('{}'))).toMatchObject({ status: 403, code: 'permission_denied' });
    expect([await sessions(), await statusOf(`JWT ${user.access}`)]).toEqual([[false], 200]);
    expect((await logOut(JSON.stringify({ refresh: user.refresh }))).status).toBe(200);
    expect(await problemOf(await ask(`JWT ${user.access}`))).toEqual({ ...invalid, detail: 'Token is blacklisted' });
    const again = await signIn(gateway, user);
    expect((await logOut(scope('others'))).status).toBe(200);
    expect([await sessions(), await statusOf(`JWT ${again.access}`), await statusOf(`Token ${token}`)]).toEqual([[], 401, 200]);
  });

  it('can change the password, gets no tokens for it, and is revoked by it like all other credentials', async () => {
    const user = await signedInUser(gateway);
    const [one, other] = [await newApiToken(user), await newApiToken(user)];
    const change = (credentials: string, from: string, to: string) => {
      const body = JSON.stringify({ old_password: from, new_password: to, new_password_confirmation: to });
      return ask(credentials, `/users/${user.id}/password/`, { method: 'POST', body, headers: json });
    };
    const next = 'quite another sentence';
    expect((await change(`Token ${one.token}`, 'a wrong one', next)).status).toBe(400);
    const answer = await change(`Token ${one.token}`, user.password, next);
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    for (const credentials of [`Token ${one.token}`, `Token ${other.token}`, `JWT ${user.access}`])
      expect(await problemOf(await ask(credentials))).toEqual({ ...invalid, detail: 'Token is blacklisted' });
    const byPassword = await change(basic(user.username, next), next, 'a third sentence');
    expect([byPassword.status, await byPassword.json()]).toEqual([200, {}]);
    expect(await problemOf(await change(basic(user.username, next), next, 'a fourth sentence'))).toEqual(noActiveAccount);
    expect(await statusOf(basic(user.username, 'a third sentence'))).toBe(200);
  });

  it('is revoked by a password change with CHECK_REVOKE_TOKEN off as well', async () => {
    gateway.restart({ CHECK_REVOKE_TOKEN: 'false' });
    const user = await signedInUser(gateway);
    const { token } = await newApiToken(user);
    const next = 'quite another sentence';
    const body = JSON.stringify({ old_password: user.password, new_password: next, new_password_confirmation: next });
    expect((await ask(`JWT ${user.access}`, `/users/${user.id}/password/`, { method: 'POST', body, headers: json })).status).toBe(200);
    expect([await statusOf(`Token ${token}`), await statusOf(`JWT ${user.access}`)]).toEqual([401, 401]);
    gateway.restart();
  });

  it('can be seen and revoked by its owner only', async () => {
    const user = await signedInUser(gateway);
    const token = await newApiToken(user);
    for (const id of [user.id, 'nobody']) {
      expect(await problemOf(await ask(`JWT ${ada.access}`, `/users/${id}/api-tokens/`))).toMatchObject({ status: 403 });
      expect(await problemOf(await revoke(`JWT ${ada.access}`, id, token.id))).toMatchObject({ status: 403 });
    }
    for (const id of [token.id, 'x', '%00', '__proto__', token.id.toUpperCase(), `${token.id}0`, token.id.slice(0, 2)])
      expect(await problemOf(await revoke(`JWT ${ada.access}`, ada.id, id))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await statusOf(`Token ${token.token}`)).toBe(200);
  });

  it('counts against the user’s limit, also if fifty are requested at once, and a revoked one makes room', async () => {
    gateway.restart({ API_TOKENS_PER_USER: '20', API_TOKEN_LIFETIME: '1h', LOGIN_RATE_ACCOUNT: 'off' });
    const user = await signedInUser(gateway);
    const answers = await fiftyAtOnce(() => requestApiToken(user));
    const given = (await Promise.all(answers.filter(({ status }) => status === 200).map((answer) => answer.json()))) as ApiToken[];
    expect(given).toHaveLength(20);
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(await problemOf(answer)).toEqual({
        status: 409,
        code: 'too_many_api_tokens',
        detail: 'You have 20 API tokens, which is the maximum. Revoke one first.',
      });
    expect(await Promise.all(given.map(({ token }) => statusOf(`Token ${token}`)))).toEqual(given.map(() => 200));
    expect((await listed(user)).map(({ id }) => id).sort()).toEqual(given.map(({ id }) => id).sort());
    expect((await eventsOf(user.id)).filter((type) => type === 'api_token_created')).toHaveLength(20);
    const [first] = given as [ApiToken, ...ApiToken[]];
    const revoked = await fiftyAtOnce(() => revoke(`JWT ${user.access}`, user.id, first.id));
    expect(revoked.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(49).fill(404)]);
    expect((await requestApiToken(user)).status).toBe(200);
  });

  it('has no end beyond API_TOKEN_LIFETIME', async () => {
    expect(await problemOf(await requestApiToken(ada, { expires_in: 3601 }))).toMatchObject({ status: 400, code: 'validation_failed' });
    clock.stop();
    const { expires_at: end } = await newApiToken(ada);
    gateway.restart(); // this also ends the settings of the test before
    expect(Date.parse(String(end))).toBe(Math.floor(clock.now() / 1000) * 1000 + 3_600_000);
  });

  it('gets last_used_at once an hour, and works if that write fails', async () => {
    const token = await newApiToken(ada);
    const [often, once] = ['BatchGetItem', 'UpdateItem'];
    const thrice = async () => {
      for (let count = 0; count < 3; count += 1) await ask(`Token ${token.token}`);
    };
    expect(await callsDuring(thrice)).toEqual([often, once, often, often]);
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;
    await tables.set('api-tokens', place(token, ada.id), 'last_used_at', hourAgo);
    // The delay is longer than the authorizer’s timeout, so an authorizer that waited for the write would not answer.
    const fault = gateway.gate.fault('authorizer', ({ operation }) => operation === 'UpdateItem', 'delay', { times: 99, delayMs: 60_000 });
    expect(await statusOf(`Token ${token.token}`)).toBe(200);
    fault.end();
    expect(gateway.logs('authorizer').map(({ json: line }) => line?.['event'])).toContain('use_not_noted');
  });

  it('leads to a 503 while the authorizer cannot read its table', async () => {
    const { token } = await newApiToken(ada);
    const fault = gateway.gate.fault('authorizer', ({ operation }) => operation === 'BatchGetItem', 'drop-before', { times: 99 });
    const response = await ask(`Token ${token}`);
    fault.end();
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
  });

  it.each(['drop-before', 'drop-after', 'crash-before', 'crash-after'] as const)(
    'is stored wholly or not at all if its write fails (%s)',
    async (kind) => {
      const user = await signedInUser(gateway);
      const fault = gateway.gate.fault('apiTokenObtain', ({ operation }) => operation === 'TransactWriteItems', kind, { times: 1 });
      const response = await requestApiToken(user);
      fault.end();
      const rows = (await tables.all('api-tokens')).filter((row) => row['user_id'] === user.id);
      const events = (await eventsOf(user.id)).filter((type) => type === 'api_token_created');
      expect(events).toHaveLength(rows.length);
      if (response.status === 200) expect(await statusOf(`Token ${((await response.json()) as ApiToken).token}`)).toBe(200);
      expect([kind, response.status, rows.length]).toEqual([kind, kind.startsWith('drop') ? 200 : 500, kind === 'crash-before' ? 0 : 1]);
    },
  );
});

describe('HTTP Basic', () => {
  it('accepts any identifier, any letters, and colons in the password', async () => {
    const user = { ...newUser(), username: `Zoë${Date.now()}`, password: ' pass:wörd::密码 ' };
    expect((await register(gateway, user)).status).toBe(201);
    for (const name of [user.username, user.email, user.mobile, user.username.toUpperCase()]) {
      const answer = await ask(basic(name, user.password));
      expect([name, answer.status, await answer.json()]).toMatchObject([name, 200, { data: { username: user.username } }]);
    }
    expect(await problemOf(await ask(basic(user.username, user.password.trim())))).toEqual(noActiveAccount);
  });

  it('allows changes of one’s own identifiers, which no API token does', async () => {
    const user = await signedInUser(gateway);
    const { token } = await newApiToken(user);
    const change = async (credentials: string, method = 'PATCH') => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ email: newUser().email });
      return await ask(credentials, `/users/${user.id}/`, { method, ...(method === 'PATCH' && { headers, body }) });
    };
    for (const method of ['PATCH', 'DELETE'])
      expect(await problemOf(await change(`Token ${token}`, method))).toMatchObject({ status: 403, code: 'fresh_login_required' });
    expect((await change(basic(user.username, user.password))).status).toBe(200);
    expect((await change(basic(user.username, user.password), 'DELETE')).status).toBe(204);
  });

  it('gives one answer for unknown users, wrong passwords and inactive users, as a login does', async () => {
    const [user, inactive] = [await signedInUser(gateway), await signedInUser(gateway)];
    await tables.set('users', { id: inactive.id }, 'is_active', false);
    for (const credentials of [
      basic(user.username, 'wrong'),
      basic('nobody.at.all', 'wrong'),
      basic('not a name', 'wrong'),
      basic(inactive.username, inactive.password),
      basic(user.username, ''),
    ]) {
      const calls = await callsDuring(async () => expect(await problemOf(await ask(credentials))).toEqual(noActiveAccount));
      expect(calls.filter((operation) => operation === 'UpdateItem')).toHaveLength(3);
      expect(calls.filter((operation) => operation === 'GetItem').length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['no colon', btoa('name')],
    ['no name', btoa(':password')],
    ['unpadded', btoa('ab:cd').replace('=', '')],
    ['unused bits', `${btoa('ab:cd').slice(0, -2)}R=`],
    ['of another alphabet', 'YT_i-g=='],
    ['no UTF-8', Buffer.from([0x61, 0x3a, 0xff]).toString('base64')],
    ['a line feed', btoa('ad\na:x')],
    ['no base64', '%%%'],
    ['nothing but padding', '===='],
  ])('refuses malformed credentials without counting a try: %s', async (_, credentials) => {
    const detail = 'Invalid basic header. Credentials not correctly base64 encoded.';
    const tried = async () =>
      expect(await problemOf(await ask(`Basic ${credentials}`))).toEqual({ status: 401, code: 'bad_authorization_header', detail });
    expect(await callsDuring(tried)).toEqual([]);
  });

  it('counts only wrong passwords; after ten of them it refuses everything for as long as a login would', async () => {
    clock.stop();
    const user = await signedInUser(gateway);
    for (let count = 0; count < 12; count += 1) expect(await statusOf(basic(user.username, user.password))).toBe(200);
    const tries = await fiftyAtOnce(() => ask(basic(user.email, 'a guess')));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
    for (const response of tries.filter(({ status }) => status !== 401)) {
      expect(await problemOf(response)).toMatchObject({ status: 429, code: 'throttled' });
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await statusOf(basic(user.email, user.password))).toBe(429);
    expect(await problemOf(await post(gateway, '/token/', { email: user.email, password: user.password }))).toMatchObject({
      code: 'human_check_required',
    });
    expect(await statusOf(basic(user.username, user.password))).toBe(200);
  });

  it('does not reset the count after a right password, or a guesser could go on for ever', async () => {
    clock.stop();
    const user = await signedInUser(gateway);
    for (let count = 0; count < 10; count += 1) {
      expect(await statusOf(basic(user.email, 'a guess'))).toBe(401);
      if (count < 9) expect(await statusOf(basic(user.email, user.password))).toBe(200);
    }
    expect(await statusOf(basic(user.email, user.password))).toBe(429);
  });

  it('opens no session, has none to log out of, and does not set last_login', async () => {
    const user = await signedInUser(gateway);
    const credentials = basic(user.username, user.password);
    const before = await tables.all('sessions');
    expect(await problemOf(await ask(credentials, '/logout/', { method: 'POST', body: '{}', headers: json }))).toMatchObject({
      status: 403,
    });
    expect(await (await ask(credentials, `/users/${user.id}/`)).json()).toMatchObject({ last_login: null });
    expect(await tables.all('sessions')).toHaveLength(before.length);
    expect((await ask(credentials, '/logout/', { method: 'POST', body: scope('global'), headers: json })).status).toBe(200);
    expect(await statusOf(credentials)).toBe(200);
  });

  it('answers 503 and counts no try while a table does not answer', async () => {
    const user = await signedInUser(gateway);
    for (let count = 0; count < 11; count += 1) {
      const fault = gateway.gate.fault('authorizer', ({ operation }) => operation === 'GetItem', 'drop-before', { times: 99 });
      expect(await problemOf(await ask(basic(user.username, user.password)))).toMatchObject({ status: 503, code: 'unavailable' });
      fault.end();
    }
    expect(await statusOf(basic(user.username, user.password))).toBe(200);
  });
});

describe('the roles and the log of such a stage', () => {
  it('allow every call that the schemes make and no other', () => {
    const own = new Set(['authorizer', 'apiTokensList', 'apiTokenRevoke']);
    const name = ({ functionName, action }: { functionName: string; action: string }) => `${functionName} ${action}`;
    expect(gateway.gate.denied().map(name)).toEqual([]);
    expect(
      gateway.gate
        .unusedGrants()
        .filter(({ functionName }) => own.has(functionName))
        .map(name),
    ).toEqual([]);
  });

  it('contain no credentials', async () => {
    const { token } = await newApiToken(ada);
    const credentials = [token, basic(ada.username, 'a secret of mine'), ada.access];
    for (const each of [`Token ${token}`, `Token ${token}x`, basic(ada.username, 'a secret of mine'), `JWT ${ada.access}x`])
      await ask(each);
    const everything = ['authorizer', 'userInfo', 'apiTokenObtain', 'apiTokensList']
      .flatMap((name) => gateway.logs(name))
      .map(({ text }) => text)
      .join('\n');
    expect(everything).toContain('no API token of ours');
    for (const secret of [...credentials.map((each) => each.replace(/^Basic /, '')), token.slice(4, 60), 'a secret of mine', ada.username])
      expect(everything).not.toContain(secret);
  });
});

describe('a stage with the scheme Bearer only', () => {
  it('answers 404 to every request about API tokens', async () => {
    gateway.restart({ AUTH_HEADER_TYPES: 'Bearer' });
    const notFound = { status: 404, code: 'not_found', detail: 'This service has no API tokens.' };
    expect(await problemOf(await requestApiToken(ada))).toEqual(notFound);
    const { access } = await signIn(gateway, ada);
    expect(await problemOf(await ask(`Bearer ${access}`, `/users/${ada.id}/api-tokens/`))).toEqual(notFound);
    expect(await problemOf(await revoke(`Bearer ${access}`, ada.id, '0'.repeat(32)))).toEqual(notFound);
    for (const credentials of [`Token ${'x'.repeat(80)}`, basic(ada.username, ada.password), `JWT ${access}`])
      expect(await problemOf(await ask(credentials))).toMatchObject({ status: 401, code: 'not_authenticated' });
    gateway.restart();
    expect(claimsOf(access)['user_id']).toBe(ada.id);
  });
});

const json = { 'content-type': 'application/json' };
const scope = (name: string) => JSON.stringify({ scope: name });
