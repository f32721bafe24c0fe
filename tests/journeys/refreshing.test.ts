import { afterEach, describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn } from './users.ts';

const { gateway, tables, clock } = await sharedGateway();
afterEach(clock.run);

const refresh = (token: string, from = '192.0.2.10') => post(gateway, '/token/refresh/', { refresh: token }, {}, from);
/** A thief calls from another network. */
const thief = '203.0.113.66';
const verify = (token: string) => post(gateway, '/token/verify/', { token });
const refreshed = async (token: string, from?: string) =>
  (await (await refresh(token, from)).json()) as { access: string; refresh: string };
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
  const theftsOf = async (id: string) =>
    (await tables.all('outbox')).filter(({ user_id, type }) => user_id === id && type === 'session_theft_detected');

  it('gets new tokens however late its answer was lost, and signs no one out', async () => {
    const user = await signedInUser(gateway);
    await refreshed(user.refresh); // the client never gets this answer
    await endGrace(user.refresh);
    const late = await refreshed(user.refresh);
    expect((await read(gateway, `/users/${user.id}/`, late.access)).status).toBe(200);
    expect((await refresh(late.refresh)).status).toBe(200);
    expect(await theftsOf(user.id)).toEqual([]);
  });

  it('gets the same new tokens if fifty requests send it after the grace window', async () => {
    const user = await signedInUser(gateway);
    await refreshed(user.refresh);
    await endGrace(user.refresh);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => refreshed(user.refresh));
    expect(new Set(answers.map(({ refresh: next }) => claimsOf(next)['generation']))).toEqual(new Set([2]));
  });

  it('of a thief who waited for the owner to refresh is found out at the owner’s next refresh', async () => {
    const user = await signedInUser(gateway);
    const owner = await refreshed(user.refresh);
    const stolen = await refreshed(user.refresh, thief);
    expect(claimsOf(stolen.refresh)['jti']).not.toBe(claimsOf(owner.refresh)['jti']);
    expect(await problemOf(await refresh(owner.refresh))).toEqual(blacklisted);
    expect(await problemOf(await refresh(stolen.refresh, thief))).toEqual(blacklisted);
    for (const access of [user.access, owner.access, stolen.access]) {
      expect(await problemOf(await read(gateway, `/users/${user.id}/`, access))).toEqual(blacklisted);
      expect(await problemOf(await verify(access))).toEqual(blacklisted);
    }
    expect(await sessionOf(user.refresh)).toBeUndefined();
    expect(await theftsOf(user.id)).toHaveLength(1);
    expect(gateway.logs('tokenRefresh').some(({ json }) => json?.['event'] === 'authn_token_reuse')).toBe(true);
  });

  it('of an owner whose token was used by a thief first forks the session, and the thief’s next refresh ends it', async () => {
    const user = await signedInUser(gateway);
    const stolen = await refreshed(user.refresh, thief);
    const owner = await refreshed(user.refresh);
    expect(await problemOf(await refresh(stolen.refresh, thief))).toEqual(blacklisted);
    expect(await problemOf(await refresh(owner.refresh))).toEqual(blacklisted);
    expect(await theftsOf(user.id)).toHaveLength(1);
  });

  it('is as good as the current one for /token/verify/, so that a thief cannot watch the owner refresh', async () => {
    const user = await signedInUser(gateway);
    const next = await refreshed(user.refresh);
    const last = await refreshed(next.refresh);
    for (const token of [user.refresh, next.refresh, last.refresh]) expect((await verify(token)).status).toBe(200);
    await refresh(user.refresh); // a theft, which ends the session
    for (const token of [user.refresh, next.refresh, last.refresh]) expect(await problemOf(await verify(token))).toEqual(blacklisted);
  });

  it('ends no other session of its user', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const second = await refreshed(user.refresh);
    await refreshed(second.refresh);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    expect((await refresh(elsewhere.refresh)).status).toBe(200);
  });

  it('that is two generations old counts as stolen at once', async () => {
    const user = await signedInUser(gateway);
    const second = await refreshed(user.refresh);
    const third = await refreshed(second.refresh);
    expect(await problemOf(await refresh(user.refresh))).toEqual(blacklisted);
    expect(await problemOf(await refresh(third.refresh))).toEqual(blacklisted);
  });

  it('that was discarded is refused fifty times and reported once if fifty requests send it', async () => {
    const user = await signedInUser(gateway);
    const discarded = await refreshed(user.refresh);
    await refreshed(user.refresh, thief);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => refresh(discarded.refresh));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await theftsOf(user.id)).toHaveLength(1);
  });

  it.each(['crash-before', 'crash-after', 'drop-after', 'refuse'] as const)(
    'that was discarded ends its session even if the first try to end it fails (%s)',
    async (kind) => {
      const user = await signedInUser(gateway);
      const discarded = await refreshed(user.refresh);
      const stolen = await refreshed(user.refresh, thief);
      gateway.gate.fault('tokenRefresh', ({ operation }) => operation === 'TransactWriteItems', kind);
      expect((await refresh(discarded.refresh)).status).not.toBe(200);
      expect(await problemOf(await refresh(discarded.refresh))).toEqual(blacklisted);
      expect(await problemOf(await read(gateway, `/users/${user.id}/`, stolen.access))).toEqual(blacklisted);
    },
  );

  it.each(['drop-after', 'refuse', 'drop-before'] as const)('forks once if the table’s answer is lost (%s)', async (kind) => {
    const user = await signedInUser(gateway);
    await refreshed(user.refresh);
    await endGrace(user.refresh);
    let writes = 0;
    const isFork = ({ operation }: { operation: string }) => operation === 'UpdateItem' && ++writes === 2;
    gateway.gate.fault('tokenRefresh', isFork, kind);
    expect((await refresh(user.refresh)).status).toBe(200);
    expect(await sessionOf(user.refresh)).toMatchObject({ generation: 2, parent: 0 });
  });
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
  it('REFRESH_GRACE=0s gives no request the tokens of another: a spent token forks at once', async () => {
    const user = await signedInUser(gateway);
    gateway.use({ REFRESH_GRACE: '0s' });
    const first = await refreshed(user.refresh);
    await refreshed(user.refresh);
    expect(await problemOf(await refresh(first.refresh))).toEqual(blacklisted);
  });

  it('REFRESH_GRACE is the length of the grace window', async () => {
    clock.stop();
    gateway.use({ REFRESH_GRACE: '5s' });
    const user = await signedInUser(gateway);
    const generation = async () => claimsOf((await refreshed(user.refresh)).refresh)['generation'];
    expect(await generation()).toBe(1);
    clock.pass(4);
    expect(await generation()).toBe(1);
    clock.pass(1.1);
    expect(await generation()).toBe(2);
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

  it('a shorter ACCESS_TOKEN_LIFETIME holds at once: an older access token is refused, and its client refreshes', async () => {
    gateway.use({ ACCESS_TOKEN_LIFETIME: '1h' });
    const user = await signedInUser(gateway);
    gateway.use({ ACCESS_TOKEN_LIFETIME: '5m' });
    expect(await problemOf(await verify(user.access))).toMatchObject({ status: 401, code: 'token_not_valid' });
    const { access } = (await (await refresh(user.refresh)).json()) as { access: string };
    expect((await read(gateway, `/users/${user.id}/`, access)).status).toBe(200);
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
