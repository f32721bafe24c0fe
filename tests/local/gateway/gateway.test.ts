import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { packageStage } from '#local/gateway/packaged.ts';
import { awayFromWindowEdge } from '../../support/window-edge.ts';

let gateway: Gateway;
let startMs: number;
beforeAll(async () => {
  await packageStage({ stage: 'dev' });
  const before = performance.now();
  gateway = await startGateway({ settings: { ACCESS_TOKEN_LIFETIME: '7m' } });
  startMs = performance.now() - before;
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
  it('starts in less than two seconds once packaged', () => {
    expect(startMs).toBeLessThan(2000);
  });

  it('answers each path with and without its slash', async () => {
    for (const path of ['/health/', '/health']) {
      const answer = await gateway.fetch(path);
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
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

  it('lets a test come from any address, and start the functions anew with other settings', async () => {
    await awayFromWindowEdge(20);
    gateway.restart({ LOGIN_RATE_ADDRESS: '1/15m' });
    const status = async (from: string) =>
      (await post('/login/', { email: 'nobody@example.com', password: 'wrong-password' }, from)).status;
    expect(await status('203.0.113.1')).toBe(401);
    expect(await status('203.0.113.1')).toBe(429);
    expect(await status('2001:db8::1')).toBe(401);
    gateway.restart();
    expect(await status('203.0.113.1')).toBe(401);
  });
});
