import { afterEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn } from './users.ts';

const { gateway, tables, clock } = await sharedGateway();
afterEach(clock.run);

const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
const verify = (token: string) => post(gateway, '/token/verify/', { token });
const refreshed = async (token: string) => (await (await refresh(token)).json()) as { access: string; refresh: string };
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };

async function sessionOf(token: string): Promise<Body | undefined> {
  const { sid } = claimsOf(token);
  return (await tables.all('sessions')).find((session) => session['sid'] === sid);
}

/** Ends the grace window of a token's session without waiting. */
async function endGrace(token: string): Promise<void> {
  const { user_id, sid } = claimsOf(token);
  await tables.set('sessions', { user_id, sid }, 'rotated_at', Date.now() - 31_000);
}

describe('a refresh', () => {
  it('answers with a new pair that works', async () => {
    const user = await signedInUser(gateway);
    const pair = await refreshed(user.refresh);
    expect(pair.refresh).not.toBe(user.refresh);
    expect((await read(gateway, `/users/${user.id}/`, pair.access)).status).toBe(200);
    expect((await refresh(pair.refresh)).status).toBe(200);
  });

  it('can be repeated for as long as the session lives', async () => {
    let { refresh: token } = await signedInUser(gateway);
    for (let round = 0; round < 20; round += 1) token = (await refreshed(token)).refresh;
    expect(await sessionOf(token)).toMatchObject({ generation: 20 });
  });

  it('rotates once if fifty requests send the same token, and none is signed out', async () => {
    const user = await signedInUser(gateway);
    gateway.gate.latency(20);
    const answers = await fiftyAtOnce(() => refresh(user.refresh));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const pairs = (await Promise.all(answers.map((answer) => answer.json()))) as { access: string; refresh: string }[];
    expect(await sessionOf(user.refresh)).toMatchObject({ generation: 1 });
    expect(new Set(pairs.map((pair) => claimsOf(pair.refresh)['jti'])).size).toBe(1);
    const checks = await Promise.all(pairs.slice(0, 10).map(({ access }) => read(gateway, `/users/${user.id}/`, access)));
    expect(checks.every(({ status }) => status === 200)).toBe(true);
  });

  it('repeated after a lost answer or in a parallel tab returns the current generation, any number of times in the grace window', async () => {
    const user = await signedInUser(gateway);
    const first = await refreshed(user.refresh);
    const again = await refreshed(user.refresh);
    expect(claimsOf(again.refresh)['jti']).toBe(claimsOf(first.refresh)['jti']);
    expect((await refresh(again.refresh)).status).toBe(200);
  });

  it.each(['drop-after', 'refuse', 'drop-before'] as const)('succeeds although a call to the table fails (%s)', async (kind) => {
    const user = await signedInUser(gateway);
    const fault = gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'UpdateItem', kind);
    const answer = await refresh(user.refresh);
    expect(fault.struck).toBe(1);
    expect(answer.status).toBe(200);
    expect(await sessionOf(user.refresh)).toMatchObject({ generation: 1 });
  });

  it.each(['crash-before', 'crash-after'] as const)('that crashes (%s) can be repeated', async (kind) => {
    const user = await signedInUser(gateway);
    gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'UpdateItem', kind);
    expect((await refresh(user.refresh)).status).toBeGreaterThanOrEqual(500);
    expect((await refresh(user.refresh)).status).toBe(200);
  });
});

describe('a spent refresh token', () => {
  it('ends the whole session after the grace window, access tokens included', async () => {
    const user = await signedInUser(gateway);
    const pair = await refreshed(user.refresh);
    await endGrace(user.refresh);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    expect(await problemOf(await refresh(pair.refresh))).toEqual(blacklisted);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, pair.access))).toEqual(blacklisted);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, user.access))).toEqual(blacklisted);
    expect(await problemOf(await verify(pair.access))).toEqual(blacklisted);
    expect(await sessionOf(user.refresh)).toBeUndefined();
    const events = (await tables.all('outbox')).filter(({ user_id, type }) => user_id === user.id && type === 'session_theft_detected');
    expect(events).toHaveLength(1);
    expect(gateway.logs('tokenRefresh').some(({ json }) => json?.['event'] === 'authn_token_reuse')).toBe(true);
  });

  it('ends no other session of its user', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    await refreshed(user.refresh);
    await endGrace(user.refresh);
    await refresh(user.refresh);
    expect((await refresh(elsewhere.refresh)).status).toBe(200);
  });

  it('that is two generations old counts as stolen at once', async () => {
    const user = await signedInUser(gateway);
    const second = await refreshed(user.refresh);
    const third = await refreshed(second.refresh);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    expect(await problemOf(await refresh(third.refresh))).toEqual(blacklisted);
  });

  it('is refused fifty times and reported once if fifty requests send it after the grace window', async () => {
    const user = await signedInUser(gateway);
    await refreshed(user.refresh);
    await endGrace(user.refresh);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => refresh(user.refresh));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(
      (await tables.all('outbox')).filter(({ user_id, type }) => user_id === user.id && type === 'session_theft_detected'),
    ).toHaveLength(1);
  });

  it.each(['crash-before', 'crash-after', 'drop-after', 'refuse'] as const)(
    'is refused and ends its session even if the first try to end it fails (%s)',
    async (kind) => {
      const user = await signedInUser(gateway);
      const pair = await refreshed(user.refresh);
      await endGrace(user.refresh);
      gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'TransactWriteItems', kind);
      expect((await refresh(user.refresh)).status).not.toBe(200);
      expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
      expect(await problemOf(await read(gateway, `/users/${user.id}/`, pair.access))).toEqual(blacklisted);
    },
  );
});

describe('a refresh token', () => {
  it('is refused on a locked route, and an access token is refused for a refresh', async () => {
    const user = await signedInUser(gateway);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, user.refresh))).toMatchObject({ detail: 'Token has wrong type' });
    expect(await problemOf(await refresh(user.access))).toEqual({ status: 401, code: 'token_not_valid', detail: 'Token has wrong type' });
  });

  it('of an inactive user is refused as by simplejwt', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'is_active', false);
    const words = { status: 401, code: 'no_active_account', detail: 'No active account found for the given token.' };
    expect(await problemOf(await refresh(user.refresh))).toEqual(words);
    expect(await problemOf(await verify(user.access))).toEqual({ status: 401, code: 'user_inactive', detail: 'User is inactive' });
  });

  it('of an older epoch is refused, like every other token of its user', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'token_epoch', 1);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    expect(await problemOf(await verify(user.access))).toEqual(blacklisted);
    const { access } = await signIn(gateway, user);
    expect((await verify(access)).status).toBe(200);
  });

  it('on the blacklist is refused by refresh and verify, whether the entry has its id or its session’s', async () => {
    for (const claim of ['jti', 'sid']) {
      const user = await signedInUser(gateway);
      await tables.put('token-blacklist', { id: claimsOf(user.refresh)[claim], expires_at: Math.floor(Date.now() / 1000) + 60 });
      expect(await problemOf(await verify(user.refresh))).toEqual(blacklisted);
      expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    }
  });

  it('is accepted if its blacklist entry has expired but is still in the table', async () => {
    const user = await signedInUser(gateway);
    await tables.put('token-blacklist', { id: claimsOf(user.refresh)['sid'], expires_at: Math.floor(Date.now() / 1000) - 1 });
    expect((await refresh(user.refresh)).status).toBe(200);
  });

  it('is refused if its session is over, though the row is still there', async () => {
    for (const attribute of ['expires_at', 'ends_at']) {
      const user = await signedInUser(gateway);
      const { user_id, sid } = claimsOf(user.refresh);
      await tables.set('sessions', { user_id, sid }, attribute, Math.floor(Date.now() / 1000) - 1);
      expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
      expect(await problemOf(await verify(user.refresh))).toEqual(blacklisted);
    }
  });

  it.each([
    ['missing', {}, 'This field is required.'],
    ['empty', { refresh: '' }, 'This field may not be blank.'],
    ['a boolean', { refresh: true }, 'Not a valid string.'],
  ])('that is %s is a 400', async (_, body, sentence) => {
    const response = await post(gateway, '/token/refresh/', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: { refresh: [sentence] } });
  });
});

describe('the setting', () => {
  it('REFRESH_GRACE=0s refuses every spent token', async () => {
    const user = await signedInUser(gateway);
    gateway.use({ REFRESH_GRACE: '0s' });
    await refreshed(user.refresh);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
  });

  it('REFRESH_GRACE is the length of the grace window', async () => {
    clock.stop();
    gateway.use({ REFRESH_GRACE: '5s' });
    const user = await signedInUser(gateway);
    await refreshed(user.refresh);
    clock.pass(4);
    expect((await refresh(user.refresh)).status).toBe(200);
    clock.pass(1.1);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
  });

  it('ROTATE_REFRESH_TOKENS=false answers with an access token only, and the refresh token stays valid', async () => {
    gateway.use({ ROTATE_REFRESH_TOKENS: 'false' });
    const user = await signedInUser(gateway);
    for (let round = 0; round < 2; round += 1) {
      const response = await refresh(user.refresh);
      expect(response.status).toBe(200);
      expect(Object.keys((await response.json()) as Body)).toEqual(['access']);
    }
  });

  it('ACCESS_TOKEN_LIFETIME is the age at which an access token expires', async () => {
    clock.stop();
    gateway.use({ ACCESS_TOKEN_LIFETIME: '10s' });
    const user = await signedInUser(gateway);
    clock.pass(9);
    expect((await verify(user.access)).status).toBe(200);
    clock.pass(1);
    const expired = { status: 401, code: 'token_not_valid', detail: 'Token is expired' };
    expect(await problemOf(await verify(user.access))).toEqual(expired);
    const response = await read(gateway, `/users/${user.id}/`, user.access);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="api", error="invalid_token", error_description="Token is expired"',
    );
    expect(await problemOf(response)).toEqual(expired);
  });

  it('ISSUER goes into tokens and is then required, and so does AUDIENCE', async () => {
    const before = await signedInUser(gateway);
    gateway.use({ ISSUER: 'https://accounts.example.com', AUDIENCE: 'app' });
    const after = await signIn(gateway, before);
    expect(claimsOf(after.access)).toMatchObject({ iss: 'https://accounts.example.com', aud: 'app' });
    expect((await verify(after.access)).status).toBe(200);
    expect(await problemOf(await verify(before.access))).toMatchObject({ detail: 'Token is invalid' });
  });

  it('SESSION_LIFETIME ends a session however often it is refreshed', async () => {
    gateway.use({ SESSION_LIFETIME: '30d', REMEMBERED_TOKEN_LIFETIME: '30d', REFRESH_TOKEN_LIFETIME: '30d' });
    const user = await signedInUser(gateway);
    const born = claimsOf(user.refresh);
    const { user_id, sid } = born;
    await tables.set('sessions', { user_id, sid }, 'ends_at', Number(born['iat']) + 100);
    const pair = await refreshed(user.refresh);
    expect(claimsOf(pair.refresh)['exp']).toBe(Number(born['iat']) + 100);
    expect(claimsOf(pair.access)['exp']).toBe(Number(born['iat']) + 100);
  });
});
