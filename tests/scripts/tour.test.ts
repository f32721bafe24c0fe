import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '#local/emulators/free-port.ts';
import { scriptEnvironment } from './script-environment.ts';

const script = new URL('../../scripts/tour.ts', import.meta.url).pathname;
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function tour(...parameters: string[]) {
  const child = spawn(process.execPath, [script, ...parameters], { env: scriptEnvironment() });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** A service that answers by path, and 404 otherwise. */
async function service(answers: Record<string, { status: number; body?: object; headers?: Record<string, string> }>): Promise<string> {
  const server = createServer((request, response) => {
    const { status, body, headers } = answers[request.url ?? ''] ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body && JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const health = { status: 200, body: { status: 'ok' } };

test('if nothing listens, one line says to start Gatehouse', async () => {
  const url = `http://localhost:${await freePort()}`;
  expect(await tour('--url', url)).toEqual({
    code: 1,
    output: `Nothing listens at ${url}. Start Gatehouse in another terminal first: npm start\n`,
  });
});

test('another server gets no tour', async () => {
  const { code, output } = await tour('--url', await service({}));
  expect(code).toBe(1);
  expect(output).toContain('does not look like Gatehouse');
});

test('names the step with a wrong status, after its request and answer', async () => {
  const url = await service({ '/health/': health, '/register/': { status: 500, body: { code: 'internal_error' } } });
  const { code, output } = await tour('--url', url);
  expect(code).toBe(1);
  expect(output).toContain('POST /register/');
  expect(output).toContain('"code": "internal_error"');
  expect(output).toMatch(/Step 1 \(Ada registers\) went wrong: the answer is 500 and should be 201\n$/);
});

test('an answer with the right status and a wrong body is a failure', async () => {
  const register = (body: object) => ({ status: 201, headers: { location: '/users/1/' }, body });
  const leaky = await service({ '/health/': health, '/register/': register({ id: '1', password: '$2b$10$…' }) });
  expect((await tour('--url', leaky)).output).toContain('Step 1 (Ada registers) went wrong: something of the password is in it');
  const token = `${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`;
  const login = { status: 200, body: { data: { user_id: '1', access_token: token } } };
  const poor = await service({ '/health/': health, '/register/': register({ id: '1' }), '/login/': login });
  const { code, output } = await tour('--url', poor);
  expect(code).toBe(1);
  expect(output).toContain('Step 2 (She logs in with her user name) went wrong: the answer has no data.refresh_token');
  expect(output).not.toContain(token);
  expect(output).toContain('aaaaaaaaaa…cccccc');
});
