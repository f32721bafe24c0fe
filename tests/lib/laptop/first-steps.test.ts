import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstSteps } from '#lib/laptop/first-steps.ts';

const run = promisify(execFile);
const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_';
const answer = {
  status_code: 200,
  data: { access_token: token, refresh_token: 'other', expires_in: 300, user_id: '0199-abc', username: 'ada' },
};

let requests: { method?: string; url?: string; authorization?: string; body: string }[];
const server = createServer(async (request: IncomingMessage, response) => {
  const { method, url, headers } = request;
  const { authorization } = headers;
  requests.push({ ...(method && { method }), ...(url && { url }), ...(authorization && { authorization }), body: await text(request) });
  response.end(JSON.stringify(url === '/login/' ? answer : { url }));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

test('the three printed commands, each in its own shell, register, sign in and read the user', async () => {
  requests = [];
  const lines = firstSteps(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const outputs: string[] = [];
  for (const line of lines) {
    expect(line).not.toContain('\n');
    outputs.push((await run('/bin/sh', ['-c', line])).stdout);
  }
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /register/',
    'POST /login/',
    'POST /login/',
    'GET /users/0199-abc/',
  ]);
  expect(requests[0]?.body).toContain('email=ada@example.com');
  expect(requests[3]?.authorization).toBe(`Bearer ${token}`);
  expect(outputs[2]).toBe('{"url":"/users/0199-abc/"}');
});
