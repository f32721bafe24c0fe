import { describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import { type Body, claimsOf, fifty, post, read, refusal, resident, signIn } from './people.ts';
import { sharedGateway } from './shared-gateway.ts';

type Pair = { readonly access: string; readonly refresh: string };

const { gateway, tables } = await sharedGateway();

const logOut = (access: string, body: Body = {}) => post(gateway, '/logout/', body, { authorization: `Bearer ${access}` });
const refresh = (token: string) => post(gateway, '/token/refresh/', { refresh: token });
const blacklist = (token: string) => post(gateway, '/token/blacklist/', { refresh: token });
const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const kinds = ['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const;
const isTransaction = ({ operation }: Call) => operation === 'TransactWriteItems';

async function expectDead(id: string, { access, refresh: token }: Pair): Promise<void> {
  expect(await refusal(await read(gateway, `/users/${id}/`, access))).toEqual(blacklisted);
  expect(await refusal(await post(gateway, '/token/verify/', { token: access }))).toEqual(blacklisted);
  expect(await refusal(await refresh(token))).toEqual(blacklisted);
}

async function expectAlive(id: string, { access, refresh: token }: Pair): Promise<void> {
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
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    gateway.gate.reset();
    const response = await logOut(person.access);
    expect([response.status, await response.json()]).toEqual([200, { status_code: 200, message: 'success' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(gateway.gate.calls('logout').map(({ operation }) => operation)).toEqual(['TransactWriteItems']);
    await expectDead(person.id, person);
    await expectAlive(person.id, elsewhere);
    expect(await eventsOf(person.id, 'session_ended')).toHaveLength(1);
  });

  it('is refused the second time, since the token that asks has died', async () => {
    const person = await resident(gateway);
    await logOut(person.access);
    expect(await refusal(await logOut(person.access))).toEqual(blacklisted);
  });

  it('keeps the session on the blacklist until after its absolute end', async () => {
    const person = await resident(gateway);
    const [row] = await rowsOf(person.id);
    await logOut(person.access);
    const entry = (await tables.all('token-blacklist')).find(({ id }) => id === row?.['sid']);
    expect(Number(entry?.['expires_at'])).toBeGreaterThanOrEqual(Number(row?.['ends_at']));
  });

  it('others ends every session but the one that asks', async () => {
    const person = await resident(gateway);
    const others = [await signIn(gateway, person), await signIn(gateway, person)];
    expect((await logOut(person.access, { scope: 'others' })).status).toBe(200);
    for (const pair of others) await expectDead(person.id, pair);
    await expectAlive(person.id, person);
    expect(await sessionsOf(person.id, person.access)).toMatchObject([{ current: true }]);
  });

  it('global ends every session at once, and who signs in again is in', async () => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    expect((await logOut(elsewhere.access, { scope: 'global' })).status).toBe(200);
    for (const pair of [person, elsewhere]) await expectDead(person.id, pair);
    expect(await rowsOf(person.id)).toEqual([]);
    expect(await eventsOf(person.id, 'all_sessions_ended')).toHaveLength(1);
    await expectAlive(person.id, await signIn(gateway, person));
  });

  it('touches nobody else, whatever the scope', async () => {
    const bystander = await resident(gateway);
    for (const scope of ['local', 'others', 'global']) await logOut((await resident(gateway)).access, { scope });
    await expectAlive(bystander.id, bystander);
  });

  it('takes a refresh token of the caller’s along, of this session or another, spent or not', async () => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    const next = (await (await refresh(elsewhere.refresh)).json()) as Pair;
    expect((await logOut(person.access, { refresh: elsewhere.refresh })).status).toBe(200);
    for (const pair of [person, next]) await expectDead(person.id, pair);
    const again = await signIn(gateway, person);
    expect((await logOut(again.access, { refresh: again.refresh })).status).toBe(200);
    await expectDead(person.id, again);
  });

  it('ends nothing where the refresh token is somebody else’s, or none', async () => {
    const [person, stranger] = await Promise.all([resident(gateway), resident(gateway)]);
    const invalid = { status: 401, code: 'token_not_valid', detail: 'Token is invalid' };
    for (const scope of ['local', 'others', 'global']) {
      for (const text of [stranger.refresh, 'garbage', `${person.refresh}=`]) {
        expect(await refusal(await logOut(person.access, { scope, refresh: text }))).toEqual(invalid);
      }
      const wrong = await logOut(person.access, { scope, refresh: person.access });
      expect(await refusal(wrong)).toMatchObject({ status: 401, detail: 'Token has wrong type' });
    }
    for (const each of [person, stranger]) await expectAlive(each.id, each);
  });

  it.each([
    [{ scope: 'everything' }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: '__proto__' }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: ['local'] }, 'scope', 'Choose one of local / others / global.'],
    [{ scope: null }, 'scope', 'This field may not be null.'],
    [{ refresh: '' }, 'refresh', 'This field may not be blank.'],
    [{ refresh: true }, 'refresh', 'Not a valid string.'],
  ])('of %j is a 400 and ends nothing', async (body, field, sentence) => {
    const person = await resident(gateway);
    const response = await logOut(person.access, body);
    expect(await response.json()).toMatchObject({ status: 400, code: 'validation_failed', errors: { [field]: [sentence] } });
    await expectAlive(person.id, person);
  });

  it('takes a form as well, and no body at all', async () => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    const headers = { authorization: `Bearer ${person.access}` };
    const form = new URLSearchParams({ scope: 'others' });
    expect((await gateway.fetch('/logout/', { method: 'POST', headers, body: form })).status).toBe(200);
    await expectDead(person.id, elsewhere);
    expect((await gateway.fetch('/logout/', { method: 'POST', headers })).status).toBe(200);
    await expectDead(person.id, person);
  });

  it.each(['local', 'others', 'global'])('%s, fifty times at once, ends what it says once and fails nobody badly', async (scope) => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    gateway.gate.latency(10);
    const answers = await fifty(() => logOut(person.access, { scope }));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
    gateway.gate.latency(0);
    if (scope !== 'others') await expectDead(person.id, person);
    else await expectAlive(person.id, person);
    if (scope !== 'local') await expectDead(person.id, elsewhere);
    else await expectAlive(person.id, elsewhere);
    expect((await eventsOf(person.id, 'session_ended')).length).toBe(scope === 'global' ? 0 : 1);
  });
});

describe('when something breaks in the middle of a logout', () => {
  it.each(kinds)('local: %s at the write leaves the session as it was or ended, and asking again ends it', async (kind) => {
    const person = await resident(gateway);
    const fault = gateway.gate.fault('logout', isTransaction, kind);
    await logOut(person.access);
    expect(fault.struck).toBe(1);
    await logOut(person.access);
    await expectDead(person.id, person);
    expect(await eventsOf(person.id, 'session_ended')).toHaveLength(1);
  });

  it.each(kinds)('others: %s between two sessions, and asking again ends the rest', async (kind) => {
    const person = await resident(gateway);
    const others = [await signIn(gateway, person), await signIn(gateway, person), await signIn(gateway, person)];
    let transactions = 0;
    const isSecond = (call: Call) => isTransaction(call) && ++transactions === 2;
    const fault = gateway.gate.fault('logout', isSecond, kind);
    await logOut(person.access, { scope: 'others' });
    expect(fault.struck).toBe(1);
    expect((await logOut(person.access, { scope: 'others' })).status).toBe(200);
    for (const pair of others) await expectDead(person.id, pair);
    await expectAlive(person.id, person);
    expect(await eventsOf(person.id, 'session_ended')).toHaveLength(3);
  });

  it.each(kinds)('global: %s at the one write that counts, and asking again ends everything', async (kind) => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    const fault = gateway.gate.fault('logout', isTransaction, kind);
    await logOut(person.access, { scope: 'global' });
    expect(fault.struck).toBe(1);
    await logOut(person.access, { scope: 'global' });
    for (const pair of [person, elsewhere]) await expectDead(person.id, pair);
    expect(await eventsOf(person.id, 'all_sessions_ended')).toHaveLength(1);
  });

  it.each(kinds)(
    'global: %s while the rows go: everything is dead, what is left is not shown, and the next time takes it',
    async (kind) => {
      const person = await resident(gateway);
      const elsewhere = await signIn(gateway, person);
      const fault = gateway.gate.fault('logout', ({ operation }) => operation === 'DeleteItem', kind, { times: 9 });
      await logOut(person.access, { scope: 'global' });
      fault.end();
      expect(fault.struck).toBeGreaterThan(0);
      for (const pair of [person, elsewhere]) await expectDead(person.id, pair);
      const back = await signIn(gateway, person);
      expect(await sessionsOf(person.id, back.access)).toMatchObject([{ id: claimsOf(back.access)['sid'], current: true }]);
      expect((await logOut(back.access, { scope: 'global' })).status).toBe(200);
      expect(await rowsOf(person.id)).toEqual([]);
    },
  );
});

describe('/token/blacklist/', () => {
  it('takes a refresh token back, with the access tokens of its session, and no other session', async () => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    const response = await blacklist(person.refresh);
    expect([response.status, await response.json()]).toEqual([200, {}]);
    await expectDead(person.id, person);
    await expectAlive(person.id, elsewhere);
    expect(await refusal(await blacklist(person.refresh))).toEqual(blacklisted);
  });

  it('refuses a spent token, which ends nothing: clients do blacklist what they have just traded in', async () => {
    const person = await resident(gateway);
    const next = (await (await refresh(person.refresh)).json()) as Pair;
    const last = (await (await refresh(next.refresh)).json()) as Pair;
    for (const token of [person.refresh, next.refresh]) expect(await refusal(await blacklist(token))).toEqual(blacklisted);
    await expectAlive(person.id, last);
    expect(await eventsOf(person.id, 'session_theft_detected')).toEqual([]);
    expect((await blacklist(last.refresh)).status).toBe(200);
    await expectDead(person.id, last);
  });

  it('refuses what is no refresh token, in simplejwt’s words', async () => {
    const person = await resident(gateway);
    expect(await refusal(await blacklist(person.access))).toMatchObject({ status: 401, detail: 'Token has wrong type' });
    for (const text of ['garbage', `${person.refresh}=`]) {
      const response = await blacklist(text);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await refusal(response)).toEqual({ status: 401, code: 'token_not_valid', detail: 'Token is invalid' });
    }
    const missing = await post(gateway, '/token/blacklist/', {});
    expect(await missing.json()).toMatchObject({ status: 400, errors: { refresh: ['This field is required.'] } });
    await expectAlive(person.id, person);
  });

  it('takes back the token of somebody who was made inactive', async () => {
    const person = await resident(gateway);
    await tables.set('users', { id: person.id }, 'is_active', false);
    expect((await blacklist(person.refresh)).status).toBe(200);
    await tables.set('users', { id: person.id }, 'is_active', true);
    await expectDead(person.id, person);
  });

  it('refuses a token that is void by other means', async () => {
    const [epoch, row] = await Promise.all([resident(gateway), resident(gateway)]);
    await tables.set('users', { id: epoch.id }, 'token_epoch', 1);
    const { user_id, sid } = claimsOf(row.refresh);
    await tables.set('sessions', { user_id, sid }, 'expires_at', 1);
    for (const { refresh: token } of [epoch, row]) expect(await refusal(await blacklist(token))).toEqual(blacklisted);
  });

  it('of one token fifty times at once is done once', async () => {
    const person = await resident(gateway);
    gateway.gate.latency(10);
    const answers = await fifty(() => blacklist(person.refresh));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
    expect(await eventsOf(person.id, 'session_ended')).toHaveLength(1);
  });

  it.each(kinds)('that meets %s at its write is done when it is asked again', async (kind) => {
    const person = await resident(gateway);
    const fault = gateway.gate.fault('tokenBlacklist', isTransaction, kind);
    const statuses = [(await blacklist(person.refresh)).status, (await blacklist(person.refresh)).status];
    expect(fault.struck).toBe(1);
    expect(statuses).toContain(kind === 'crash-after' ? 401 : 200);
    await expectDead(person.id, person);
    expect(await eventsOf(person.id, 'session_ended')).toHaveLength(1);
  });
});
