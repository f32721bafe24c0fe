import { describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import type { TokenPair } from './seeds.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn } from './users.ts';

const { gateway, tables } = await sharedGateway();

const logOut = (access: string, body: Body = {}) => post(gateway, '/logout/', body, { authorization: `Bearer ${access}` });
const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
const blacklist = (token: string) => post(gateway, '/token/blacklist/', { refresh: token });
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const kinds = ['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const;
const isTransaction = ({ operation }: Call) => operation === 'TransactWriteItems';

async function expectDead(id: string, { access, refresh: token }: TokenPair): Promise<void> {
  expect(await problemOf(await read(gateway, `/users/${id}/`, access))).toEqual(blacklisted);
  expect(await problemOf(await post(gateway, '/token/verify/', { token: access }))).toEqual(blacklisted);
  expect(await problemOf(await refresh(token))).toEqual(blacklisted);
}

async function expectAlive(id: string, { access, refresh: token }: TokenPair): Promise<void> {
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
  it('ends the session that asks, in one write, and answers as clients expect', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    gateway.gate.reset();
    const response = await logOut(user.access);
    expect([response.status, await response.json()]).toEqual([200, { status_code: 200, message: 'success' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(gateway.gate.calls('logout').map(({ operation }) => operation)).toEqual(['TransactWriteItems']);
    await expectDead(user.id, user);
    await expectAlive(user.id, elsewhere);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });

  it('is refused the second time, since the token that asks has died', async () => {
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

  it('others ends every session but the one that asks', async () => {
    const user = await signedInUser(gateway);
    const others = [await signIn(gateway, user), await signIn(gateway, user)];
    expect((await logOut(user.access, { scope: 'others' })).status).toBe(200);
    for (const pair of others) await expectDead(user.id, pair);
    await expectAlive(user.id, user);
    expect(await sessionsOf(user.id, user.access)).toMatchObject([{ current: true }]);
  });

  it('global ends every session at once, and who signs in again is in', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    expect((await logOut(elsewhere.access, { scope: 'global' })).status).toBe(200);
    for (const pair of [user, elsewhere]) await expectDead(user.id, pair);
    expect(await rowsOf(user.id)).toEqual([]);
    expect(await eventsOf(user.id, 'all_sessions_ended')).toHaveLength(1);
    await expectAlive(user.id, await signIn(gateway, user));
  });

  it('touches nobody else, whatever the scope', async () => {
    const otherUser = await signedInUser(gateway);
    for (const scope of ['local', 'others', 'global']) await logOut((await signedInUser(gateway)).access, { scope });
    await expectAlive(otherUser.id, otherUser);
  });

  it('takes a refresh token of the caller’s along, of this session or another, spent or not', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const next = (await (await refresh(elsewhere.refresh)).json()) as TokenPair;
    expect((await logOut(user.access, { refresh: elsewhere.refresh })).status).toBe(200);
    for (const pair of [user, next]) await expectDead(user.id, pair);
    const again = await signIn(gateway, user);
    expect((await logOut(again.access, { refresh: again.refresh })).status).toBe(200);
    await expectDead(user.id, again);
  });

  it('ends nothing where the refresh token is somebody else’s, or none', async () => {
    const [user, otherUser] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };
    for (const scope of ['local', 'others', 'global']) {
      for (const text of [otherUser.refresh, 'garbage', `${user.refresh}=`]) {
        expect(await problemOf(await logOut(user.access, { scope, refresh: text }))).toEqual(invalid);
      }
      const wrong = await logOut(user.access, { scope, refresh: user.access });
      expect(await problemOf(wrong)).toMatchObject({ status: 401, detail: 'Token has wrong type' });
    }
    for (const each of [user, otherUser]) await expectAlive(each.id, each);
  });

  it.each([
    [{ scope: 'everything' }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: '__proto__' }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: ['local'] }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: null }, 'scope', 'This field may not be null.'],
    [{ refresh: '' }, 'refresh', 'This field may not be blank.'],
    [{ refresh: true }, 'refresh', 'Not a valid string.'],
  ])('of %j is a 400 and ends nothing', async (body, field, sentence) => {
    const user = await signedInUser(gateway);
    const response = await logOut(user.access, body);
    expect(await response.json()).toMatchObject({ status: 400, code: 'validation_failed', errors: { [field]: [sentence] } });
    await expectAlive(user.id, user);
  });

  it('takes a form as well, and no body at all', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const headers = { authorization: `Bearer ${user.access}` };
    const form = new URLSearchParams({ scope: 'others' });
    expect((await gateway.fetch('/logout/', { method: 'POST', headers, body: form })).status).toBe(200);
    await expectDead(user.id, elsewhere);
    expect((await gateway.fetch('/logout/', { method: 'POST', headers })).status).toBe(200);
    await expectDead(user.id, user);
  });

  it.each(['local', 'others', 'global'])('%s, fifty times at once, ends what it says once and fails nobody badly', async (scope) => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => logOut(user.access, { scope }));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
    gateway.gate.latency(0);
    if (scope !== 'others') await expectDead(user.id, user);
    else await expectAlive(user.id, user);
    if (scope !== 'local') await expectDead(user.id, elsewhere);
    else await expectAlive(user.id, elsewhere);
    expect((await eventsOf(user.id, 'session_ended')).length).toBe(scope === 'global' ? 0 : 1);
  });
});

describe('when something breaks in the middle of a logout', () => {
  it.each(kinds)('local: %s at the write leaves the session as it was or ended, and asking again ends it', async (kind) => {
    const user = await signedInUser(gateway);
    const fault = gateway.gate.fault('logout', isTransaction, kind);
    await logOut(user.access);
    expect(fault.struck).toBe(1);
    await logOut(user.access);
    await expectDead(user.id, user);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });

  it.each(kinds)('others: %s between two sessions, and asking again ends the rest', async (kind) => {
    const user = await signedInUser(gateway);
    const others = [await signIn(gateway, user), await signIn(gateway, user), await signIn(gateway, user)];
    let transactions = 0;
    const isSecond = (call: Call) => isTransaction(call) && ++transactions === 2;
    const fault = gateway.gate.fault('logout', isSecond, kind);
    await logOut(user.access, { scope: 'others' });
    expect(fault.struck).toBe(1);
    expect((await logOut(user.access, { scope: 'others' })).status).toBe(200);
    for (const pair of others) await expectDead(user.id, pair);
    await expectAlive(user.id, user);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(3);
  });

  it.each(kinds)('global: %s at the one write that counts, and asking again ends everything', async (kind) => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const fault = gateway.gate.fault('logout', isTransaction, kind);
    await logOut(user.access, { scope: 'global' });
    expect(fault.struck).toBe(1);
    await logOut(user.access, { scope: 'global' });
    for (const pair of [user, elsewhere]) await expectDead(user.id, pair);
    expect(await eventsOf(user.id, 'all_sessions_ended')).toHaveLength(1);
  });

  it.each(kinds)(
    'global: %s while the rows go: everything is dead, what is left is not shown, and the next time takes it',
    async (kind) => {
      const user = await signedInUser(gateway);
      const elsewhere = await signIn(gateway, user);
      const fault = gateway.gate.fault('logout', ({ operation }) => operation === 'DeleteItem', kind, { times: 9 });
      await logOut(user.access, { scope: 'global' });
      fault.end();
      expect(fault.struck).toBeGreaterThan(0);
      for (const pair of [user, elsewhere]) await expectDead(user.id, pair);
      const back = await signIn(gateway, user);
      expect(await sessionsOf(user.id, back.access)).toMatchObject([{ id: claimsOf(back.access)['sid'], current: true }]);
      expect((await logOut(back.access, { scope: 'global' })).status).toBe(200);
      expect(await rowsOf(user.id)).toEqual([]);
    },
  );
});

describe('/token/blacklist/', () => {
  it('takes a refresh token back, with the access tokens of its session, and no other session', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const response = await blacklist(user.refresh);
    expect([response.status, await response.json()]).toEqual([200, {}]);
    await expectDead(user.id, user);
    await expectAlive(user.id, elsewhere);
    expect(await problemOf(await blacklist(user.refresh))).toEqual(blacklisted);
  });

  it('refuses a spent token, which ends nothing: clients do blacklist what they have just traded in', async () => {
    const user = await signedInUser(gateway);
    const next = (await (await refresh(user.refresh)).json()) as TokenPair;
    const last = (await (await refresh(next.refresh)).json()) as TokenPair;
    for (const token of [user.refresh, next.refresh]) expect(await problemOf(await blacklist(token))).toEqual(blacklisted);
    await expectAlive(user.id, last);
    expect(await eventsOf(user.id, 'session_theft_detected')).toEqual([]);
    expect((await blacklist(last.refresh)).status).toBe(200);
    await expectDead(user.id, last);
  });

  it('refuses what is no refresh token, in simplejwt’s words', async () => {
    const user = await signedInUser(gateway);
    expect(await problemOf(await blacklist(user.access))).toMatchObject({ status: 401, detail: 'Token has wrong type' });
    for (const text of ['garbage', `${user.refresh}=`]) {
      const response = await blacklist(text);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await problemOf(response)).toEqual({ status: 401, code: 'token_not_valid', detail: 'Token is invalid' });
    }
    const missing = await post(gateway, '/token/blacklist/', {});
    expect(await missing.json()).toMatchObject({ status: 400, errors: { refresh: ['This field is required.'] } });
    await expectAlive(user.id, user);
  });

  it('takes back the token of somebody who was made inactive', async () => {
    const user = await signedInUser(gateway);
    await tables.set('users', { id: user.id }, 'is_active', false);
    expect((await blacklist(user.refresh)).status).toBe(200);
    await tables.set('users', { id: user.id }, 'is_active', true);
    await expectDead(user.id, user);
  });

  it('refuses a token that is void by other means', async () => {
    const [epoch, row] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    await tables.set('users', { id: epoch.id }, 'token_epoch', 1);
    const { user_id, sid } = claimsOf(row.refresh);
    await tables.set('sessions', { user_id, sid }, 'expires_at', 1);
    for (const { refresh: token } of [epoch, row]) expect(await problemOf(await blacklist(token))).toEqual(blacklisted);
  });

  it('of one token fifty times at once is done once', async () => {
    const user = await signedInUser(gateway);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => blacklist(user.refresh));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });

  it.each(kinds)('that meets %s at its write is done when it is asked again', async (kind) => {
    const user = await signedInUser(gateway);
    const fault = gateway.gate.fault('tokenBlacklist', isTransaction, kind);
    const statuses = [(await blacklist(user.refresh)).status, (await blacklist(user.refresh)).status];
    expect(fault.struck).toBe(1);
    expect(statuses).toContain(kind === 'crash-after' ? 401 : 200);
    await expectDead(user.id, user);
    expect(await eventsOf(user.id, 'session_ended')).toHaveLength(1);
  });
});
