import { describe, expect, it } from 'vitest';
import { type Body, claimsOf, fifty, post, read, refusal, resident, signIn } from './people.ts';
import { sharedGateway } from './shared-gateway.ts';

const { gateway, tables } = await sharedGateway();

const blacklisted = { status: 401, code: 'token_not_valid', detail: 'Token is blacklisted' };
const notFound = { status: 404, code: 'not_found', detail: 'Not found.' };
const sidOf = (token: string) => String(claimsOf(token)['sid']);
const endSession = (id: string, sid: string, access: string) =>
  gateway.fetch(`/users/${id}/sessions/${sid}/`, { method: 'DELETE', headers: { authorization: `Bearer ${access}` } });

async function sessionsOf(id: string, access: string): Promise<Body[]> {
  const response = await read(gateway, `/users/${id}/sessions/`, access);
  expect(response.status).toBe(200);
  return ((await response.json()) as { results: Body[] }).results;
}

describe('one’s sessions', () => {
  it('are listed newest first, with where and when, and which is the one that asks', async () => {
    const person = await resident(gateway);
    const headers = { 'content-type': 'application/json', 'user-agent': 'a telephone' };
    const body = JSON.stringify({ username: person.username, password: person.password });
    const signedIn = await gateway.fetch('/token/', { method: 'POST', headers, body, from: '2001:db8:1:2:3:4:5:6' });
    const { access } = (await signedIn.json()) as { access: string };
    const [second, first, ...rest] = await sessionsOf(person.id, access);
    expect(rest).toEqual([]);
    expect(second).toMatchObject({ id: sidOf(access), device: 'a telephone', address: '2001:db8:1:2::/64', current: true });
    expect(first).toMatchObject({ id: sidOf(person.access), current: false });
    expect(Object.keys(second ?? {})).toEqual(['id', 'device', 'address', 'created_at', 'last_used_at', 'expires_at', 'current']);
    const lives = Date.parse(String(second?.['expires_at'])) - Date.parse(String(second?.['created_at']));
    expect(lives).toBe(86_400_000);
    expect(await sessionsOf(person.id, person.access)).toMatchObject([{ current: false }, { current: true }]);
  });

  it('show when they were last refreshed', async () => {
    const person = await resident(gateway);
    const [before] = await sessionsOf(person.id, person.access);
    await post(gateway, '/token/refresh/', { refresh: person.refresh });
    const [after] = await sessionsOf(person.id, person.access);
    expect(Date.parse(String(after?.['last_used_at']))).toBeGreaterThan(Date.parse(String(before?.['last_used_at'])));
    expect(after?.['created_at']).toBe(before?.['created_at']);
  });

  it('are not shown when they are over, though their rows are still there', async () => {
    const person = await resident(gateway);
    const idle = await signIn(gateway, person);
    const ended = await signIn(gateway, person);
    const key = (token: string) => ({ user_id: person.id, sid: sidOf(token) });
    await tables.set('sessions', key(idle.access), 'expires_at', Math.floor(Date.now() / 1000));
    await tables.set('sessions', key(ended.access), 'ends_at', Math.floor(Date.now() / 1000));
    expect(await sessionsOf(person.id, person.access)).toMatchObject([{ id: sidOf(person.access) }]);
  });

  it('are found at both spellings of the path', async () => {
    const person = await resident(gateway);
    expect((await read(gateway, `/users/${person.id}/sessions`, person.access)).status).toBe(200);
    const sid = sidOf(person.access);
    const headers = { authorization: `Bearer ${person.access}` };
    expect((await gateway.fetch(`/users/${person.id}/sessions/${sid}`, { method: 'DELETE', headers })).status).toBe(204);
  });
});

describe('a session of one’s own', () => {
  it('ends at once when it is deleted, and the others go on', async () => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    const response = await endSession(person.id, sidOf(elsewhere.access), person.access);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await refusal(await read(gateway, `/users/${person.id}/`, elsewhere.access))).toEqual(blacklisted);
    expect(await refusal(await post(gateway, '/token/refresh/', { refresh: elsewhere.refresh }))).toEqual(blacklisted);
    expect(await sessionsOf(person.id, person.access)).toMatchObject([{ id: sidOf(person.access) }]);
  });

  it('may be the one that asks', async () => {
    const person = await resident(gateway);
    expect((await endSession(person.id, sidOf(person.access), person.access)).status).toBe(204);
    expect(await refusal(await endSession(person.id, sidOf(person.access), person.access))).toEqual(blacklisted);
  });

  it('is not found when it has ended before', async () => {
    const person = await resident(gateway);
    const sid = sidOf((await signIn(gateway, person)).access);
    expect((await endSession(person.id, sid, person.access)).status).toBe(204);
    expect(await refusal(await endSession(person.id, sid, person.access))).toEqual(notFound);
  });

  it('is not somebody else’s, and cannot be named by what is no id', async () => {
    const [person, stranger] = await Promise.all([resident(gateway), resident(gateway)]);
    const theirs = sidOf(stranger.access);
    expect(await refusal(await endSession(person.id, theirs, person.access))).toEqual(notFound);
    expect(await refusal(await endSession(stranger.id, theirs, person.access))).toMatchObject({ status: 403 });
    gateway.gate.reset();
    for (const sid of ['x', '%00', '..%2f..', '__proto__', 'f'.repeat(5000), sidOf(person.access).toUpperCase(), '%F0%9F%98%80']) {
      expect((await endSession(person.id, sid, person.access)).status, sid.slice(0, 40)).toBe(404);
    }
    expect(gateway.gate.calls('sessionEnd')).toEqual([]);
    expect((await read(gateway, `/users/${stranger.id}/`, stranger.access)).status).toBe(200);
  });

  it('deleted fifty times at once is ended once', async () => {
    const person = await resident(gateway);
    const elsewhere = await signIn(gateway, person);
    gateway.gate.latency(10);
    const answers = await fifty(() => endSession(person.id, sidOf(elsewhere.access), person.access));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => ![204, 404, 503].includes(status))).toEqual([]);
  });

  it.each(['crash-before', 'crash-after', 'drop-before', 'drop-after', 'refuse'] as const)(
    'whose end meets %s is gone when it is asked for again',
    async (kind) => {
      const person = await resident(gateway);
      const elsewhere = await signIn(gateway, person);
      const fault = gateway.gate.fault('sessionEnd', ({ operation }) => operation === 'TransactWriteItems', kind);
      await endSession(person.id, sidOf(elsewhere.access), person.access);
      expect(fault.struck).toBe(1);
      await endSession(person.id, sidOf(elsewhere.access), person.access);
      expect(await refusal(await read(gateway, `/users/${person.id}/`, elsewhere.access))).toEqual(blacklisted);
      expect(await sessionsOf(person.id, person.access)).toHaveLength(1);
    },
  );
});
