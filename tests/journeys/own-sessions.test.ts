import { describe, expect, it } from 'vitest';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, bearer, claimsOf, fiftyAtOnce, post, problemOf, read, signedInUser, signIn } from './users.ts';

const { gateway, tables } = await sharedGateway();

const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const notFound = { status: 404, code: 'not_found', detail: 'Not found.' };
const sidOf = (token: string) => String(claimsOf(token)['sid']);
const endSession = (id: string, sid: string, access: string) =>
  gateway.fetch(`/users/${id}/sessions/${sid}/`, { method: 'DELETE', headers: bearer(access) });

async function sessionsOf(id: string, access: string): Promise<Body[]> {
  const response = await read(gateway, `/users/${id}/sessions/`, access);
  expect(response.status).toBe(200);
  return ((await response.json()) as { results: Body[] }).results;
}

describe('the sessions of a user', () => {
  it('are listed newest first, with device, address and times, and mark the current one', async () => {
    const user = await signedInUser(gateway);
    const { username, password } = user;
    const signedIn = await post(gateway, '/token/', { username, password }, { 'user-agent': 'a telephone' }, '2001:db8:1:2:3:4:5:6');
    const { access } = (await signedIn.json()) as { access: string };
    const [second, first, ...rest] = await sessionsOf(user.id, access);
    expect(rest).toEqual([]);
    expect(second).toMatchObject({ id: sidOf(access), device: 'a telephone', address: '2001:db8:1:2::/64', current: true });
    expect(first).toMatchObject({ id: sidOf(user.access), current: false });
    expect(Object.keys(second ?? {})).toEqual(['id', 'device', 'address', 'created_at', 'last_used_at', 'expires_at', 'current']);
    const lives = Date.parse(String(second?.['expires_at'])) - Date.parse(String(second?.['created_at']));
    expect(lives).toBe(86_400_000);
    expect(await sessionsOf(user.id, user.access)).toMatchObject([{ current: false }, { current: true }]);
  });

  it('show their last refresh', async () => {
    const user = await signedInUser(gateway);
    const [before] = await sessionsOf(user.id, user.access);
    await post(gateway, '/token/refresh/', { refresh: user.refresh });
    const [after] = await sessionsOf(user.id, user.access);
    expect(Date.parse(String(after?.['last_used_at']))).toBeGreaterThan(Date.parse(String(before?.['last_used_at'])));
    expect(after?.['created_at']).toBe(before?.['created_at']);
  });

  it('are not listed once they are over, though their rows are still there', async () => {
    const user = await signedInUser(gateway);
    const idle = await signIn(gateway, user);
    const ended = await signIn(gateway, user);
    const key = (token: string) => ({ user_id: user.id, sid: sidOf(token) });
    await tables.set('sessions', key(idle.access), 'expires_at', Math.floor(Date.now() / 1000));
    await tables.set('sessions', key(ended.access), 'ends_at', Math.floor(Date.now() / 1000));
    expect(await sessionsOf(user.id, user.access)).toMatchObject([{ id: sidOf(user.access) }]);
  });

  it('are found with and without the trailing slash', async () => {
    const user = await signedInUser(gateway);
    expect((await read(gateway, `/users/${user.id}/sessions`, user.access)).status).toBe(200);
    const sid = sidOf(user.access);
    const headers = bearer(user.access);
    expect((await gateway.fetch(`/users/${user.id}/sessions/${sid}`, { method: 'DELETE', headers })).status).toBe(204);
  });
});

describe('deleting a session', () => {
  it('ends it at once, and the others go on', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    const response = await endSession(user.id, sidOf(elsewhere.access), user.access);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await problemOf(await read(gateway, `/users/${user.id}/`, elsewhere.access))).toEqual(blacklisted);
    expect(await problemOf(await post(gateway, '/token/refresh/', { refresh: elsewhere.refresh }))).toEqual(blacklisted);
    expect(await sessionsOf(user.id, user.access)).toMatchObject([{ id: sidOf(user.access) }]);
  });

  it('can end the current session', async () => {
    const user = await signedInUser(gateway);
    expect((await endSession(user.id, sidOf(user.access), user.access)).status).toBe(204);
    expect(await problemOf(await endSession(user.id, sidOf(user.access), user.access))).toEqual(blacklisted);
  });

  it('is a 404 if it has ended before', async () => {
    const user = await signedInUser(gateway);
    const sid = sidOf((await signIn(gateway, user)).access);
    expect((await endSession(user.id, sid, user.access)).status).toBe(204);
    expect(await problemOf(await endSession(user.id, sid, user.access))).toEqual(notFound);
  });

  it('is a 404 for another user’s session and for a malformed id', async () => {
    const [user, otherUser] = await Promise.all([signedInUser(gateway), signedInUser(gateway)]);
    const theirs = sidOf(otherUser.access);
    expect(await problemOf(await endSession(user.id, theirs, user.access))).toEqual(notFound);
    expect(await problemOf(await endSession(otherUser.id, theirs, user.access))).toMatchObject({ status: 403 });
    gateway.gate.reset();
    for (const sid of ['x', '%00', '..%2f..', '__proto__', 'f'.repeat(5000), sidOf(user.access).toUpperCase(), '%F0%9F%98%80']) {
      expect((await endSession(user.id, sid, user.access)).status, sid.slice(0, 40)).toBe(404);
    }
    expect(gateway.gate.calls('sessionEnd')).toEqual([]);
    expect((await read(gateway, `/users/${otherUser.id}/`, otherUser.access)).status).toBe(200);
  });

  it('ends it once if fifty requests arrive at once', async () => {
    const user = await signedInUser(gateway);
    const elsewhere = await signIn(gateway, user);
    gateway.gate.latency(10);
    const answers = await fiftyAtOnce(() => endSession(user.id, sidOf(elsewhere.access), user.access));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => ![204, 404, 503].includes(status))).toEqual([]);
  });

  it.each(['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const)(
    'works at the second try if the write fails (%s)',
    async (kind) => {
      const user = await signedInUser(gateway);
      const elsewhere = await signIn(gateway, user);
      const fault = gateway.gate.fault('sessionEnd', ({ operation }) => operation === 'TransactWriteItems', kind);
      await endSession(user.id, sidOf(elsewhere.access), user.access);
      expect(fault.struck).toBe(1);
      await endSession(user.id, sidOf(elsewhere.access), user.access);
      expect(await problemOf(await read(gateway, `/users/${user.id}/`, elsewhere.access))).toEqual(blacklisted);
      expect(await sessionsOf(user.id, user.access)).toHaveLength(1);
    },
  );
});
