import { describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import type { TokenPair } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn } from './users.ts';

const { gateway, tables } = await sharedGateway();

const logOut = (access: string, body: Body = {}) => post(gateway, '/logout/', body, bearer(access));
const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
const blacklist = (token: string) => post(gateway, '/token/blacklist/', { refresh: token });
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const kinds = ['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const;
const isTransaction = ({ operation }: Call) => operation === 'TransactWriteItems';

async function expectRefused(id: string, { access, refresh: token }: TokenPair): Promise<void> {
  expect(await problemOf(await read(gateway, `/users/${id}/`, access))).toEqual(blacklisted);
  expect(await problemOf(await post(gateway, '/token/verify/', { token: access }))).toEqual(blacklisted);
  expect(await problemOf(await refresh(token))).toEqual(blacklisted);
}

async function expectAccepted(id: string, { access, refresh: token }: TokenPair): Promise<void> {
  expect((await read(gateway, `/users/${id}/`, access)).status).toBe(200);
  expect((await post(gateway, '/token/verify/', { token })).status).toBe(200);
}

async function sessionsOf(id: string, access: string): Promise<Body[]> {
  const response = await read(gateway, `/users/${id}/sessions/`, access);
  expect(response.status).toBe(200);
  return ((await response.json()) as { results: Body[] }).results;
}

const rowsOf = async (id: string) => (await tables.all('sessions')).filter(({ user_id }) => user_id === id);
const eventsOf = async (id: string, type: string) =>
  (await tables.all('outbox')).filter((event) => event['user_id'] === id && event['type'] === type);

describe('/logout/', () => {
  it('ends the current session in one write and answers as clients expect', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    gateway.gate.reset();
    const response = await logOut(user.access);
    expect([response.status, await response.json()]).toEqual([200, { status_code: 200, message: 'success' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(gateway.gate.calls('logout').map(({ operation }) => operation)).toEqual(['TransactWriteItems']);
    await expectRefused(user.id, user);
    await expectAccepted(user.id, elsewhere);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });

  it('is refused the second time, because the token is revoked', async () => {
    const user = await signedInUser(gateway);
    await logOut(user.access);
    expect(await problemOf(await logOut(user.access))).toEqual(blacklisted);
  });

  it('keeps the session on the blacklist until after its absolute end', async () => {
    const user = await signedInUser(gateway);
    const [row] = await rowsOf(user.id);
    await logOut(user.access);
    const entry = (await tables.all('token-blacklist')).find(({ id }) => id === row?.['sid']);
    expect(Number(entry?.['expires_at'])).toBeGreaterThanOrEqual(Number(row?.['ends_at']));
  });

  it('with scope others ends every session except the current one', async () => {
    const user = await signedInUser(gateway);
    const others = [await signIn(gateway, user), await signIn(gateway, user)];
    expect((await logOut(user.access, { scope: 'others' })).status).toBe(200);
    for (const pair of others) await expectRefused(user.id, pair);
    await expectAccepted(user.id, user);
    expect(await sessionsOf(user.id, user.access)).toMatchObject([{ current: true }]);
  });

  it('with scope global ends every session at once, and the user can sign in again', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    expect((await logOut(elsewhere.access, { scope: 'global' })).status).toBe(200);
    for (const pair of [user, elsewhere]) await expectRefused(user.id, pair);
    expect(await rowsOf(user.id)).toEqual([]);
    expect(await eventsOf(user.id, 'all_sessions_ended')).toHaveLength(1);
    await expectAccepted(user.id, await signIn(gateway, user));
  });

  it('ends no session of another user, whatever the scope', async () => {
    const otherUser = await signedInUser(gateway);
    for (const scope of ['local', 'others', 'global']) await logOut((await signedInUser(gateway)).access, { scope });
    await expectAccepted(otherUser.id, otherUser);
  });

  it('also revokes a refresh token of the caller in the body: of any session, spent or not', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const next = (await (await refresh(elsewhere.refresh)).json()) as TokenPair;
    expect((await logOut(user.access, { refresh: elsewhere.refresh })).status).toBe(200);
    for (const pair of [user, next]) await expectRefused(user.id, pair);
    const again = await signIn(gateway, user);
    expect((await logOut(again.access, { refresh: again.refresh })).status).toBe(200);
    await expectRefused(user.id, again);
  });

  it('ends nothing if the refresh token is malformed or another user’s', async () => {
    const [user, otherUser] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };
    for (const scope of ['local', 'others', 'global']) {
      for (const text of [otherUser.refresh, 'garbage', `${user.refresh}=`]) {
        expect(await problemOf(await logOut(user.access, { scope, refresh: text }))).toEqual(invalid);
      }
      const wrong = await logOut(user.access, { scope, refresh: user.access });
      expect(await problemOf(wrong)).toMatchObject({ status: 401, detail: 'Token has wrong type' });
    }
    for (const each of [user, otherUser]) await expectAccepted(each.id, each);
  });

  it.each([
    [{ scope: 'everything' }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: '__proto__' }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: ['local'] }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: null }, 'scope', 'This field may not be null.'],
    [{ refresh: '' }, 'refresh', 'This field may not be blank.'],
    [{ refresh: true }, 'refresh', 'Not a valid string.'],
  ])('with %j is a 400 and ends nothing', async (body, field, sentence) => {
    const user = await signedInUser(gateway);
    const response = await logOut(user.access, body);
    expect(await response.json()).toMatchObject({ status: 400, code: 'validation_failed', errors: { [field]: [sentence] } });
    await expectAccepted(user.id, user);
  });

  it('accepts a form and an empty body', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const headers = bearer(user.access);
    const form = new URLSearchParams({ scope: 'others' });
    expect((await gateway.fetch('/logout/', { method: 'POST', headers, body: form })).status).toBe(200);
    await expectRefused(user.id, elsewhere);
    expect((await gateway.fetch('/logout/', { method: 'POST', headers })).status).toBe(200);
    await expectRefused(user.id, user);
  });

  it.each(['local', 'others', 'global'])(
    'with scope %s, fifty times at once, ends each session once and answers nothing but 200, 401 and 503',
    async (scope) => {
      const user = await signedInUser(gateway);
      const elsewhere = await signIn(gateway, user);
      gateway.gate.latency(10);
      const answers = await fiftyAtOnce(() => logOut(user.access, { scope }));
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
      expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
      gateway.gate.latency(0);
      if (scope !== 'others') await expectRefused(user.id, user);
      else await expectAccepted(user.id, user);
      if (scope !== 'local') await expectRefused(user.id, elsewhere);
      else await expectAccepted(user.id, elsewhere);
      expect((await eventsOf(user.id, 'session_ended')).length).toBe(scope === 'global' ? 0 : 1);
    },
  );
});

describe('a failed logout', () => {
  it.each(kinds)('with scope local (%s) ends the session when it is repeated', async (kind) => {
    const user = await signedInUser(gateway);
    const fault = gateway.gate.fault('logout', isTransaction, kind);
    await logOut(user.access);
    expect(fault.struck).toBe(1);
    await logOut(user.access);
    await expectRefused(user.id, user);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });

  it.each(kinds)('with scope others (%s between two sessions) ends the rest when it is repeated', async (kind) => {
    const user = await signedInUser(gateway);
    const others = [await signIn(gateway, user), await signIn(gateway, user), await signIn(gateway, user)];
    let transactions = 0;
    const isSecond = (call: Call) => isTransaction(call) && ++transactions === 2;
    const fault = gateway.gate.fault('logout', isSecond, kind);
    await logOut(user.access, { scope: 'others' });
    expect(fault.struck).toBe(1);
    expect((await logOut(user.access, { scope: 'others' })).status).toBe(200);
    for (const pair of others) await expectRefused(user.id, pair);
    await expectAccepted(user.id, user);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(3);
  });

  it.each(kinds)('with scope global (%s at its first write) ends every session when it is repeated', async (kind) => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const fault = gateway.gate.fault('logout', isTransaction, kind);
    await logOut(user.access, { scope: 'global' });
    expect(fault.struck).toBe(1);
    await logOut(user.access, { scope: 'global' });
    for (const pair of [user, elsewhere]) await expectRefused(user.id, pair);
    expect(await eventsOf(user.id, 'all_sessions_ended')).toHaveLength(1);
  });

  it.each(kinds)(
    'with scope global (%s while rows are deleted) has ended every session; the rows that are left are not listed, and the next logout deletes them',
    async (kind) => {
      const user = await signedInUser(gateway);
      const elsewhere = await signIn(gateway, user);
      const fault = gateway.gate.fault('logout', ({ operation }) => operation === 'DeleteItem', kind, { times: 9 });
      await logOut(user.access, { scope: 'global' });
      fault.end();
      expect(fault.struck).toBeGreaterThan(0);
      for (const pair of [user, elsewhere]) await expectRefused(user.id, pair);
      const back = await signIn(gateway, user);
      expect(await sessionsOf(user.id, back.access)).toMatchObject([{ id: claimsOf(back.access)['sid'], current: true }]);
      expect((await logOut(back.access, { scope: 'global' })).status).toBe(200);
      expect(await rowsOf(user.id)).toEqual([]);
    },
  );
});

describe('/token/blacklist/', () => {
  it('revokes a refresh token and the access tokens of its session, and no other session', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const response = await blacklist(user.refresh);
    expect([response.status, await response.json()]).toEqual([200, {}]);
    await expectRefused(user.id, user);
    await expectAccepted(user.id, elsewhere);
    expect(await problemOf(await blacklist(user.refresh))).toEqual(blacklisted);
  });

  it('refuses a spent token and ends nothing, because clients blacklist the token that they have just exchanged', async () => {
    const user = await signedInUser(gateway);
    const next = (await (await refresh(user.refresh)).json()) as TokenPair;
    const last = (await (await refresh(next.refresh)).json()) as TokenPair;
    for (const token of [user.refresh, next.refresh]) expect(await problemOf(await blacklist(token))).toEqual(blacklisted);
    await expectAccepted(user.id, last);
    expect(await eventsOf(user.id, 'session_theft_detected')).toEqual([]);
    expect((await blacklist(last.refresh)).status).toBe(200);
    await expectRefused(user.id, last);
  });

  it('refuses anything but a refresh token, with simplejwt’s messages', async () => {
    const user = await signedInUser(gateway);
    expect(await problemOf(await blacklist(user.access))).toMatchObject({ status: 401, detail: 'Token has wrong type' });
    for (const text of ['garbage', `${user.refresh}=`]) {
      const response = await blacklist(text);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await problemOf(response)).toEqual({ status: 401, code: 'token_not_valid', detail: 'Token is invalid' });
    }
    const missing = await post(gateway, '/token/blacklist/', {});
    expect(await missing.json()).toMatchObject({ status: 400, errors: { refresh: ['This field is required.'] } });
    await expectAccepted(user.id, user);
  });

  it('revokes the token of an inactive user', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'is_active', false);
    expect((await blacklist(user.refresh)).status).toBe(200);
    await tables.set('users', { id: user.id }, 'is_active', true);
    await expectRefused(user.id, user);
  });

  it('refuses a token of an older epoch or of a session that is over', async () => {
    const [epoch, row] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await tables.set('users', { id: epoch.id }, 'token_epoch', 1);
    const { user_id, sid } = claimsOf(row.refresh);
    await tables.set('sessions', { user_id, sid }, 'expires_at', 1);
    for (const { refresh: token } of [epoch, row]) expect(await problemOf(await blacklist(token))).toEqual(blacklisted);
  });

  it('succeeds once if fifty requests send the same token', async () => {
    const user = await signedInUser(gateway);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => blacklist(user.refresh));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });

  it.each(kinds)('works at the second try if its write fails (%s)', async (kind) => {
    const user = await signedInUser(gateway);
    const fault = gateway.gate.fault('tokenBlacklist', isTransaction, kind);
    const statuses = [(await blacklist(user.refresh)).status, (await blacklist(user.refresh)).status];
    expect(fault.struck).toBe(1);
    expect(statuses).toContain(kind === 'crash-after' ? 401 : 200);
    await expectRefused(user.id, user);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });
});
