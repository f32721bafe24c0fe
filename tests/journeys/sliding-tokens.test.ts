import { afterEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn, signInSliding } from './users.ts';

const { gateway, tables, clock } = await sharedGateway({
  settings: { AUTH_TOKEN_CLASSES: 'AccessToken,SlidingToken', LOGIN_RATE_ACCOUNT: 'off' },
});
afterEach(clock.run);

const renewal = (token: string, headers = {}) => post(gateway, '/token/sliding/refresh/', { token }, headers);
const renewed = async (token: string) => ((await (await renewal(token)).json()) as { token: string }).token;
const verify = (token: string) => post(gateway, '/token/verify/', { token });
const blacklist = (body: Body) => post(gateway, '/token/blacklist/', body);
const logOut = (token: string, body: Body = {}) => post(gateway, '/logout/', body, bearer(token));
const tokenRefused = (detail: string) => ({ status: 401, code: 'token_not_valid', detail });
const blacklisted = tokenRefused('Token is blacklisted');
const wrongType = tokenRefused('Token has wrong type');
/** Sets the clock to so many seconds after the token was made. */
const until = (token: string, after: number) => clock.stop((Number(claimsOf(token)['iat']) + after) * 1000);
const seconds = () => Math.floor(clock.now() / 1000);
const keyOf = (token: string) => ({ user_id: claimsOf(token)['user_id'], sid: claimsOf(token)['sid'] });
const rowOf = async (token: string) => (await tables.all('sessions')).find(({ sid }) => sid === claimsOf(token)['sid']);

async function expectRefused(id: string, token: string): Promise<void> {
  for (const answer of [await read(gateway, `/users/${id}/`, token), await verify(token), await renewal(token)]) {
    expect(await problemOf(answer)).toEqual(blacklisted);
  }
}

async function expectAccepted(id: string, token: string): Promise<void> {
  for (const answer of [await read(gateway, `/users/${id}/`, token), await verify(token), await renewal(token)]) {
    expect(answer.status).toBe(200);
  }
}

async function sessionsOf(id: string, token: string): Promise<Body[]> {
  return ((await (await read(gateway, `/users/${id}/sessions/`, token)).json()) as { results: Body[] }).results;
}

describe('a sliding token', () => {
  it('is given for credentials, works on locked routes, and has simplejwt’s claims', async () => {
    const user = await signedInUser(gateway);
    for (const identifier of [{ username: user.username }, { email: user.email }, { mobile: user.mobile }]) {
      const response = await post(gateway, '/token/sliding/', { ...identifier, password: user.password });
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const body = (await response.json()) as { token: string };
      expect(Object.keys(body)).toEqual(['token']);
      const claims = claimsOf(body.token);
      expect(claims).toMatchObject({ token_type: 'sliding', user_id: user.id, jti: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect([Number(claims['exp']) - Number(claims['iat']), Number(claims['refresh_exp']) - Number(claims['iat'])]).toEqual([300, 86_400]);
      await expectAccepted(user.id, body.token);
    }
    const remembered = claimsOf(await signInSliding(gateway, user, { remembered: true }));
    expect(Number(remembered['refresh_exp']) - Number(remembered['iat'])).toBe(30 * 86_400);
  });

  it('is refused for wrong credentials with the usual answer', async () => {
    const { username } = await signedInUser(gateway);
    const words = { status: 401, code: 'no_active_account', detail: 'No active account found with the given credentials' };
    expect(await problemOf(await post(gateway, '/token/sliding/', { username, password: 'a wrong one' }))).toEqual(words);
    const empty = await post(gateway, '/token/sliding/', {});
    expect(await empty.json()).toMatchObject({ status: 400, errors: { password: ['This field is required.'] } });
  });

  it('keeps its id when it is renewed, for its full lifetime, and the older one stays valid', async () => {
    clock.stop();
    const user = await signedInUser(gateway);
    const first = await signInSliding(gateway, user);
    clock.pass(2);
    const next = await renewed(first);
    const [born, later] = [claimsOf(first), claimsOf(next)];
    expect(later).toEqual({ ...born, iat: later['iat'], exp: later['exp'] });
    expect([Number(later['iat']) > Number(born['iat']), Number(later['exp']) - Number(later['iat'])]).toEqual([true, 300]);
    for (const token of [first, next]) await expectAccepted(user.id, token);
  });

  it('is a session: it is listed with its last use and can be ended from another session', async () => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    const [before] = await sessionsOf(user.id, token);
    expect(before).toMatchObject({ id: claimsOf(token)['sid'], current: true, last_used_at: before?.['last_used_at'] });
    expect(Date.parse(String(before?.['expires_at']))).toBe(Number(claimsOf(token)['exp']) * 1000);
    const next = await renewed(token);
    const [after, other] = await sessionsOf(user.id, token);
    expect(Date.parse(String(after?.['last_used_at']))).toBeGreaterThan(Date.parse(String(before?.['last_used_at'])));
    expect(Date.parse(String(after?.['expires_at']))).toBe(Number(claimsOf(next)['exp']) * 1000);
    expect([after?.['created_at'], other?.['current']]).toEqual([before?.['created_at'], false]);
    const headers = bearer(user.access);
    await gateway.fetch(`/users/${user.id}/sessions/${before?.['id']}/`, { method: 'DELETE', headers });
    for (const each of [token, next]) await expectRefused(user.id, each);
  });

  it.each(['local', 'global'])('is revoked at once by a logout with it (%s), and so are its renewals', async (scope) => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    const next = await renewed(token);
    expect((await logOut(next, { scope })).status).toBe(200);
    for (const each of [token, next]) await expectRefused(user.id, each);
    expect((await verify(user.access)).status).toBe(scope === 'local' ? 200 : 401);
  });

  it('is refused while its user is suspended, and after the epoch was raised', async () => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    await tables.set('users', { id: user.id }, 'is_active', false);
    const words = { status: 401, code: 'no_active_account', detail: 'No active account found for the given token.' };
    expect(await problemOf(await renewal(token))).toEqual(words);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, token))).toMatchObject({ code: 'user_inactive' });
    await tables.set('users', { id: user.id }, 'is_active', true);
    await expectAccepted(user.id, token);
    await tables.set('users', { id: user.id }, 'token_epoch', 1);
    await expectRefused(user.id, token);
  });

  it('is refused where another kind of token is needed, and other kinds are refused for it', async () => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    expect(await problemOf(await post(gateway, '/token/refresh/', { refresh: token }))).toEqual(wrongType);
    expect(await problemOf(await logOut(user.access, { refresh: token }))).toEqual(wrongType);
    expect(await problemOf(await blacklist({ refresh: token }))).toEqual(wrongType);
    for (const other of [user.access, user.refresh]) {
      expect(await problemOf(await renewal(other))).toEqual(wrongType);
      expect(await problemOf(await blacklist({ token: other }))).toEqual(wrongType);
    }
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, user.refresh))).toEqual(wrongType);
    for (const text of ['garbage', `${token}=`]) expect(await problemOf(await renewal(text))).toEqual(tokenRefused('Token is invalid'));
    const missing = await post(gateway, '/token/sliding/refresh/', {});
    expect(await missing.json()).toMatchObject({ status: 400, errors: { token: ['This field is required.'] } });
    await expectAccepted(user.id, token);
  });
});

describe('/token/blacklist/ with a sliding token', () => {
  it('takes it in the field token, once, and ends its session', async () => {
    const user = await signedInUser(gateway);
    const [token, other] = [await signInSliding(gateway, user), await signInSliding(gateway, user)];
    const next = await renewed(token);
    const response = await blacklist({ token });
    expect([response.status, await response.json()]).toEqual([200, {}]);
    for (const each of [token, next]) {
      await expectRefused(user.id, each);
      expect(await problemOf(await blacklist({ token: each }))).toEqual(blacklisted);
    }
    for (const each of [other, user.access]) expect((await verify(each)).status).toBe(200);
    const neither = await blacklist({});
    expect(await neither.json()).toMatchObject({ status: 400, errors: { refresh: ['This field is required.'] } });
  });

  it('ignores an entry that has expired but is still in the table', async () => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    await tables.put('token-blacklist', { id: claimsOf(token)['jti'], expires_at: seconds() - 1 });
    await expectAccepted(user.id, token);
    await tables.put('token-blacklist', { id: claimsOf(token)['jti'], expires_at: seconds() + 60 });
    await expectRefused(user.id, token);
  });

  it('revokes a renewed token until refresh_exp, also after the expired rows are deleted', async () => {
    gateway.use({ SLIDING_TOKEN_LIFETIME: '5s', SLIDING_TOKEN_REFRESH_LIFETIME: '10m' });
    const user = await signedInUser(gateway);
    const first = await signInSliding(gateway, user);
    until(first, 3);
    const next = await renewed(first);
    expect((await blacklist({ token: next })).status).toBe(200);
    until(first, 5); // the first `exp`; simplejwt accepts the token again after it
    expect(await problemOf(await verify(first))).toEqual(tokenRefused('Token is expired'));
    await expectRefused(user.id, next);
    const expired = (await tables.all('token-blacklist')).filter(({ expires_at }) => Number(expires_at) <= seconds());
    for (const { id } of expired) await tables.remove('token-blacklist', { id });
    await expectRefused(user.id, next);
    const entry = (await tables.all('token-blacklist')).find(({ id }) => id === claimsOf(next)['sid']);
    expect(Number(entry?.['expires_at'])).toBeGreaterThanOrEqual(Number(claimsOf(next)['refresh_exp']));
  });
});

/**
 * Renews a token and logs out with it at once, in turns of who starts. Returns the renewal's status and the newest
 * token.
 */
async function renewalAgainstLogout(token: string, round: number): Promise<{ status: number; last: string }> {
  const isFirst = round % 2 === 0;
  const early = isFirst ? renewal(token) : undefined;
  const leaving = logOut(token);
  const renewing = await (early ?? renewal(token));
  expect((await leaving).status).toBe(200);
  const last = renewing.status === 200 ? ((await renewing.json()) as { token: string }).token : token;
  return { status: renewing.status, last };
}

describe('the renewal of a sliding token', () => {
  it('succeeds for fifty requests at once, and signs none out', async () => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    gateway.gate.latency(20);
    const answers = await fiftyAtOnce(() => renewal(token));
    gateway.gate.latency(0);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const tokens = (await Promise.all(answers.map((answer) => answer.json()))).map((body) => (body as { token: string }).token);
    expect(new Set(tokens.map((each) => claimsOf(each)['jti']))).toEqual(new Set([claimsOf(token)['jti']]));
    const latest = Math.max(...tokens.map((each) => Number(claimsOf(each)['exp'])));
    expect(await rowOf(token)).toMatchObject({ generation: 0, expires_at: latest });
    await expectAccepted(user.id, tokens[49] ?? '');
  });

  it('against a logout, a hundred times: no token works afterwards, whichever comes first', { timeout: 300_000 }, async () => {
    const user = await signedInUser(gateway);
    const seen = new Set<number>();
    for (let round = 0; round < 100; round += 10) {
      const tokens = await Promise.all(Array.from({ length: 10 }, () => signInSliding(gateway, user)));
      gateway.gate.latency((round / 10) % 4);
      const outcomes = await Promise.all(tokens.map(renewalAgainstLogout));
      gateway.gate.latency(0);
      for (const { status, last } of outcomes) {
        seen.add(status);
        expect(await problemOf(await verify(last))).toEqual(blacklisted);
        expect(await problemOf(await renewal(last))).toEqual(blacklisted);
      }
    }
    // What is left is the session of signedInUser.
    expect((await tables.all('sessions')).filter(({ user_id }) => user_id === user.id)).toHaveLength(1);
    expect(seen.difference(new Set([200, 401]))).toEqual(new Set());
    expect(seen).toContain(200);
  });

  it.each(['drop-after', 'refuse', 'drop-before'] as const)('succeeds although a call to the table fails (%s)', async (kind) => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    const fault = gateway.gate.fault('tokenRefreshSliding', ({ operation }) => operation === 'UpdateItem', kind);
    expect((await renewal(token)).status).toBe(200);
    expect(fault.struck).toBe(1);
    await expectAccepted(user.id, token);
  });

  it.each(['crash-before', 'crash-after'] as const)(
    'that crashes (%s) can be repeated, because the client still has its token',
    async (kind) => {
      const user = await signedInUser(gateway);
      const token = await signInSliding(gateway, user);
      const fault = gateway.gate.fault('tokenRefreshSliding', ({ operation }) => operation === 'UpdateItem', kind);
      expect((await renewal(token)).status).toBeGreaterThanOrEqual(500);
      expect(fault.struck).toBe(1);
      await expectAccepted(user.id, token);
    },
  );

  it.each(['crash-before', 'crash-after', 'drop-after'] as const)(
    'works after a sign-in that failed at its write (%s) was repeated',
    async (kind) => {
      const user = await signedInUser(gateway);
      const fault = gateway.gate.fault('tokenObtainSliding', ({ operation }) => operation === 'TransactWriteItems', kind);
      await post(gateway, '/token/sliding/', { username: user.username, password: user.password });
      expect(fault.struck).toBe(1);
      await expectAccepted(user.id, await signInSliding(gateway, user));
    },
  );

  it('is a 503 while the revocation cannot be read', async () => {
    const token = await signInSliding(gateway, await signedInUser(gateway));
    const fault = gateway.gate.fault('tokenRefreshSliding', ({ operation }) => operation === 'BatchGetItem', 'drop-before', { times: 99 });
    expect(await problemOf(await renewal(token))).toMatchObject({ status: 503, code: 'unavailable' });
    fault.end();
  });
});

describe('a sliding token of a session that is over', () => {
  it.each(['expires_at', 'ends_at'])('cannot be renewed, though the row is still there (%s)', async (attribute) => {
    const token = await signInSliding(gateway, await signedInUser(gateway));
    await tables.set('sessions', keyOf(token), attribute, seconds() - 1);
    expect(await problemOf(await renewal(token))).toEqual(blacklisted);
  });

  it('cannot be renewed after the row was deleted', async () => {
    const token = await signInSliding(gateway, await signedInUser(gateway));
    await tables.remove('sessions', keyOf(token));
    expect(await problemOf(await renewal(token))).toEqual(blacklisted);
  });
});

describe('the setting', () => {
  const opens = async (token: string) => await read(gateway, '/userInfo/', token);

  it('AUTH_TOKEN_CLASSES decides which tokens are bearer tokens; sliding ones can be obtained, renewed and revoked either way', async () => {
    const user = await signedInUser(gateway);
    const token = await signInSliding(gateway, user);
    gateway.use({ AUTH_TOKEN_CLASSES: 'AccessToken' });
    expect((await opens(user.access)).status).toBe(200);
    const refused = await opens(token);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token", error_description="Token has wrong type"');
    expect(await problemOf(refused)).toEqual(wrongType);
    const another = await renewed(await signInSliding(gateway, user));
    expect((await verify(another)).status).toBe(200);
    expect((await blacklist({ token: another })).status).toBe(200);
    gateway.use({ AUTH_TOKEN_CLASSES: 'rest_framework_simplejwt.tokens.SlidingToken' });
    expect((await opens(token)).status).toBe(200);
    expect(await problemOf(await opens(user.access))).toEqual(wrongType);
    expect((await post(gateway, '/token/refresh/', { refresh: (await signIn(gateway, user)).refresh })).status).toBe(200);
  });

  it('REVOCATION_CHECK=lazy takes the roles from the token, and a renewal updates them', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'roles', ['editor']);
    gateway.use({ REVOCATION_CHECK: 'lazy' });
    const token = await signInSliding(gateway, user);
    expect([claimsOf(token)['roles'], claimsOf(await renewed(token))['roles']]).toEqual([['editor'], ['editor']]);
    expect((await opens(token)).status).toBe(200);
  });

  it('SLIDING_TOKEN_LIFETIME ends a token, and SLIDING_TOKEN_REFRESH_LIFETIME ends its renewals; exp is never after refresh_exp', async () => {
    gateway.use({ SLIDING_TOKEN_LIFETIME: '4s', SLIDING_TOKEN_REFRESH_LIFETIME: '6s' });
    const user = await signedInUser(gateway);
    const first = await signInSliding(gateway, user);
    const born = Number(claimsOf(first)['iat']);
    expect(claimsOf(first)).toMatchObject({ exp: born + 4, refresh_exp: born + 6 });
    until(first, 2);
    const last = await renewed(first);
    expect(claimsOf(last)).toMatchObject({ exp: born + 6, refresh_exp: born + 6 });
    until(first, 4);
    expect(await problemOf(await renewal(first))).toEqual(tokenRefused('Token is expired'));
    expect((await opens(last)).status).toBe(200);
    until(first, 6);
    for (const answer of [await opens(last), await verify(last), await renewal(last)])
      expect(await problemOf(answer)).toEqual(tokenRefused('Token is expired'));
    expect((await rowOf(last))?.['expires_at']).toBe(born + 6);
  });

  it('LEEWAY extends the use of a token, but not its renewal after refresh_exp', async () => {
    gateway.use({ SLIDING_TOKEN_LIFETIME: '1s', SLIDING_TOKEN_REFRESH_LIFETIME: '4s', LEEWAY: '1m' });
    const token = await signInSliding(gateway, await signedInUser(gateway));
    until(token, 1);
    expect((await renewal(token)).status).toBe(200);
    until(token, 4);
    expect((await opens(token)).status).toBe(200);
    const sentence = "Token 'refresh_exp' claim has expired";
    const refused = await renewal(token);
    expect(refused.headers.get('www-authenticate')).toBe(`Bearer realm="api", error="invalid_token", error_description="${sentence}"`);
    expect(await problemOf(refused)).toEqual(tokenRefused(sentence));
    const chinese = await renewal(token, { 'accept-language': 'zh-CN' });
    expect(await problemOf(chinese)).toEqual(tokenRefused('令牌的“refresh_exp”声明已过期'));
  });

  it('SLIDING_TOKEN_REFRESH_EXP_CLAIM names the claim in tokens and in messages', async () => {
    const user = await signedInUser(gateway);
    const before = await signInSliding(gateway, user);
    gateway.use({ SLIDING_TOKEN_REFRESH_EXP_CLAIM: 'renew_until', AUTH_TOKEN_CLASSES: 'SlidingToken' });
    const token = await renewed(await signInSliding(gateway, user));
    expect(Object.keys(claimsOf(token))).toEqual([
      'token_type',
      'exp',
      'iat',
      'jti',
      'renew_until',
      'user_id',
      'sid',
      'epoch',
      'roles',
      'ability',
    ]);
    await expectAccepted(user.id, token);
    const sentence = "Token has no 'renew_until' claim";
    const refused = await renewal(before);
    expect(refused.headers.get('www-authenticate')).toContain(`error_description="${sentence}"`);
    expect(await problemOf(refused)).toEqual(tokenRefused(sentence));
    expect(await problemOf(await renewal(before, { 'accept-language': 'zh-CN' }))).toEqual(tokenRefused('令牌缺少“renew_until”声明'));
    expect((await opens(before)).status).toBe(200);
  });
});
