import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { packageStage } from '#local/gateway/packaged.ts';
import { cpuMsSince } from '../../lib/cpu-time.ts';

let gateway: Gateway;
let startMs: number;
let stopped: number | undefined;
beforeAll(async () => {
  await packageStage({ stage: 'dev' });
  const before = process.cpuUsage();
  gateway = await startGateway({ settings: { ACCESS_TOKEN_LIFETIME: '7m' }, clock: () => stopped ?? Date.now() });
  startMs = cpuMsSince(before);
}, 180_000);
afterAll(() => gateway?.stop());

const post = (path: string, body: unknown, from?: string) =>
  gateway.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(from && { from }),
  });

describe('the gateway with the packaged service', () => {
  it('starts with less than two seconds of work once packaged', () => {
    expect(startMs).toBeLessThan(2000);
  });

  it('answers each path with and without its slash', async () => {
    for (const path of ['/health/', '/health']) {
      const answer = await gateway.fetch(path);
      expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'ok' }]);
    }
  });

  it('signs people in with tables, keys and roles as they are deployed, and with the settings it was given', async () => {
    const person = { name: 'ada', email: 'ada@example.com', password: 'orange-kettle-42', password_confirmation: 'orange-kettle-42' };
    const registered = await post('/register/', person);
    expect(registered.status).toBe(201);
    const signedIn = (await (await post('/login/', person)).json()) as { data: { access_token: string; expires_in: number } };
    expect(signedIn.data.expires_in).toBe(420);
    const headers = { authorization: `Bearer ${signedIn.data.access_token}` };
    const location = `${gateway.origin}${registered.headers.get('location')}`;
    expect(await (await gateway.fetch(location, { headers })).json()).toMatchObject({ email: 'ada@example.com' });
    expect((await gateway.fetch(location)).status).toBe(401);
    expect(gateway.gate.denied()).toEqual([]);
    expect(gateway.logs('login').map(({ json }) => json?.['event'])).toContain('request');
  });

  it('lets a test use any client address, and restart the functions with other settings', async () => {
    stopped = Date.now(); // one window of the limit, however slow the machine is
    gateway.restart({ LOGIN_RATE_ADDRESS: '1/15m', HUMAN_CHECK_LOGIN: 'off' });
    const status = async (from: string) =>
      (await post('/login/', { email: 'nobody@example.com', password: 'wrong-password' }, from)).status;
    expect(await status('203.0.113.1')).toBe(401);
    expect(await status('203.0.113.1')).toBe(429);
    expect(await status('2001:db8::1')).toBe(401);
    gateway.restart();
    expect(await status('203.0.113.1')).toBe(401);
  });

  it('uses other settings for a while, and warm functions again afterwards', async () => {
    const lifetime = async () => {
      const { data } = (await (await post('/login/', { email: 'ada@example.com', password: 'orange-kettle-42' })).json()) as {
        data: { expires_in: number };
      };
      return data.expires_in;
    };
    expect(await lifetime()).toBe(420);
    // The first request of an instance reads the keys.
    const coldStarts = () => gateway.gate.calls('login').filter(({ service }) => service === 'ssm').length;
    const before = coldStarts();
    gateway.use({ ACCESS_TOKEN_LIFETIME: '3m' });
    expect(await lifetime()).toBe(180);
    const between = coldStarts();
    gateway.use();
    expect([await lifetime(), between > before, coldStarts()]).toEqual([420, true, between]);
  });

  it('returns to the state after its start: no users, no logs, no counts, no faults and the first settings', async () => {
    gateway.use({ ACCESS_TOKEN_LIFETIME: '3m' });
    const fault = gateway.gate.fault('login', () => true, 'drop-before', { times: 99 });
    await gateway.renew();
    expect([gateway.logs('login'), gateway.invocations('login'), gateway.gate.calls('login')]).toEqual([[], 0, []]);
    const person = { name: 'ada', email: 'ada@example.com', password: 'orange-kettle-42', password_confirmation: 'orange-kettle-42' };
    expect((await post('/login/', person)).status).toBe(401);
    expect((await post('/register/', person)).status).toBe(201);
    const { data } = (await (await post('/login/', person)).json()) as { data: { expires_in: number } };
    expect([data.expires_in, fault.struck, gateway.invocations('login')]).toEqual([420, 0, 2]);
  });
});
