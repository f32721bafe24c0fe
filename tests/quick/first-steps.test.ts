import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Started, startProject } from '../support/started.ts';

let server: Started;
beforeAll(async () => {
  server = await startProject();
});
afterAll(() => server?.stop());

type Body = Record<string, unknown>;
const send = async (method: string, path: string, body?: Body, access?: string) => {
  const headers = { 'content-type': 'application/json', ...(access && { authorization: `Bearer ${access}` }) };
  const response = await fetch(new URL(path, server.url), { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as Body };
};

test('a user registers, logs in, refreshes, reads their record and logs out', async () => {
  const password = 'orange-kettle-42';
  const user = { name: 'Ada', email: 'ada@example.com', password, password_confirmation: password };
  const registered = await send('POST', '/register/', user);
  expect(registered).toMatchObject({ status: 201, body: { email: user.email } });
  const login = await send('POST', '/login/', { email: user.email, password });
  const { access_token: access, refresh_token: refresh, user_id: id } = login.body['data'] as Record<string, string>;
  expect([login.status, id]).toEqual([200, registered.body['id']]);
  const renewed = await send('POST', '/token/refresh/', { refresh });
  expect(renewed).toMatchObject({ status: 200, body: { access: expect.any(String), refresh: expect.any(String) } });
  const newest = String(renewed.body['access']);
  for (const token of [access, newest]) {
    expect(await send('GET', `/users/${id}/`, undefined, token)).toMatchObject({ status: 200, body: { id, name: 'Ada' } });
  }
  expect(await send('GET', `/users/${id}/`)).toMatchObject({ status: 401 });
  expect(await send('POST', '/logout/', {}, newest)).toMatchObject({ status: 200 });
  for (const token of [access, newest]) expect(await send('GET', `/users/${id}/`, undefined, token)).toMatchObject({ status: 401 });
  expect(await send('POST', '/token/refresh/', { refresh: renewed.body['refresh'] })).toMatchObject({ status: 401 });
});

test('the five curl lines of README.md work as printed', async () => {
  const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const lines = page.split('\n').filter((line) => /^(curl|TOKEN=\$\(curl) /.test(line));
  expect(lines).toHaveLength(5);
  const script = lines
    .join('\necho\n')
    .replaceAll('localhost:3000', `localhost:${server.port}`)
    .replaceAll('ada@', 'lovelace@')
    .replace('=Ada', '=Lovelace');
  const { stdout } = await promisify(execFile)('bash', ['-c', script]);
  const answers = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Body);
  expect(answers).toMatchObject([{ name: 'Lovelace' }, { message: 'success' }, { message: 'success' }, { status: 401 }]);
});
