import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidv7 } from '#lib/ids.ts';
import { firstSteps } from '#lib/laptop/first-steps.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { scriptEnvironment } from '../../scripts/script-environment.ts';
import { chromium, startBrowser } from '../../support/browser.ts';

const run = promisify(execFile);
const pathOf = (script: string) => new URL(`../../../scripts/${script}`, import.meta.url).pathname;
const patience = 240_000;

let folder: string;
let port: number;
let running: ChildProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whole-start-'));
  port = await freePort();
});
afterAll(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** `npm start`, until it serves. */
async function start(settings: Record<string, string> = {}): Promise<string> {
  // The AWS settings of the person must have no effect.
  const env = {
    ...scriptEnvironment(),
    PORT: String(port),
    LOCAL_DIR: folder,
    AWS_PROFILE: 'production',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    ...settings,
  };
  running = spawn(process.execPath, [pathOf('start.ts')], { env });
  let output = '';
  running.stdout?.on('data', (chunk) => (output += chunk));
  running.stderr?.on('data', (chunk) => (output += chunk));
  while (!output.includes('Ctrl-C ends everything') && running.exitCode === null) await sleep(100);
  return output;
}

/** Every process that was started, directly or not, by the one that runs. */
async function descendants(): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const parents = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set([running?.pid]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== undefined);
}

/** The processes among these that still run. */
const left = (pids: number[]) =>
  pids.filter((pid) => {
    try {
      return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  });

async function end(signal: 'SIGINT' | 'SIGTERM') {
  const pids = await descendants();
  const begun = Date.now();
  running?.kill(signal);
  const [code] = await once(running as ChildProcess, 'close');
  const seconds = (Date.now() - begun) / 1000;
  for (let looks = 0; looks < 20 && left(pids).length > 0; looks += 1) await sleep(100); // a busy machine buries its dead late
  return { code, seconds, started: pids.length, left: left(pids) };
}

function tables(): DynamoDBDocumentClient {
  const { dynamodb: endpoint } = JSON.parse(readFileSync(join(folder, 'endpoints.json'), 'utf8'));
  return DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: localCredentials }));
}
const place = { user_id: 'somebody', sid: 'on a telephone' };
const sessionOf = async () => (await tables().send(new GetCommand({ TableName: 'gatehouse-local-sessions', Key: place }))).Item;

/** Writes the rows that exist while a user is being deleted. */
async function deleteSomebody(): Promise<void> {
  const gone = eventItem({ id: uuidv7(new Date()), type: 'user_deleted', userId: place.user_id, at: new Date() });
  await tables().send(new PutCommand({ TableName: 'gatehouse-local-sessions', Item: { ...place, opened_at: 1, rotated_at: 1000 } }));
  await tables().send(new PutCommand({ TableName: 'gatehouse-local-outbox', Item: gone }));
}

/** Messages appear on the developer's page, automatically in a browser, and on no other machine. */
async function readTheOutbox(url: string): Promise<void> {
  const page = `${url}/dev/outbox/`;
  const browser = chromium ? await startBrowser({ profile: join(tmpdir(), `outbox-${port}`), hosts: {} }) : undefined;
  const shown = await browser?.page();
  await shown?.open(page);
  const at = new Date();
  const about = { channel: 'email', to: 'ada@example.com', template: 'password-changed', purpose: 'notice', language: 'zh-CN' } as const;
  const Item = messageItem({ id: 'a-message', ...about, at, expiresAt: new Date(at.getTime() + 60_000) });
  await tables().send(new PutCommand({ TableName: 'gatehouse-local-outbox', Item }));
  const kept = async () => (await (await fetch(page)).json()) as { results: object[] };
  const letter = { id: 'a-message', to: 'ada@example.com', subject: '您的 Gatehouse 密码已更改' };
  await expect.poll(kept, { timeout: 20_000 }).toMatchObject({ results: [letter] });
  const asPage = await fetch(page, { headers: { accept: 'text/html' } });
  expect(asPage.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await fetch(page, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  if (!shown) return;
  await expect.poll(() => shown.run('document.querySelector("h2")?.textContent'), { timeout: 20_000 }).toBe(letter.subject);
  await browser?.quit();
  rmSync(join(tmpdir(), `outbox-${port}`), { recursive: true, force: true });
}

test('the printed lines work, the tour succeeds, and Ctrl-C leaves nothing behind', { timeout: patience }, async () => {
  const output = await start();
  expect(output).toContain(`http://localhost:${port}`);
  const answers: { email?: string; data?: { token_type: string } }[] = [];
  for (const line of firstSteps(`http://localhost:${port}`)) {
    expect(output).toContain(line);
    answers.push(JSON.parse((await run('/bin/sh', ['-c', line])).stdout));
  }
  expect(answers).toMatchObject([{ email: 'ada@example.com' }, { data: { token_type: 'Bearer' } }, { email: 'ada@example.com' }]);

  const { stdout } = await run(process.execPath, [pathOf('tour.ts'), '--url', `http://localhost:${port}`]);
  expect(stdout).toContain('Everything answered as it should.');

  const promoting = [pathOf('createsuperuser.ts'), '--username', 'ada', '--promote', '--json'];
  const superuser = await run(process.execPath, promoting, { env: { ...scriptEnvironment(), LOCAL_DIR: folder } });
  expect(JSON.parse(superuser.stdout)).toMatchObject({ stage: 'local', email: 'ada@example.com', done: 'promoted', password: 'kept' });

  const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  expect(log.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ event: 'request', route: 'avatarUpload', status: 200 }),
  );

  expect(JSON.parse(log[0] ?? '')).toMatchObject({ event: 'start', command: 'npm start' });

  await readTheOutbox(`http://localhost:${port}`);
  await deleteSomebody();
  const ending = await end('SIGINT');
  expect(ending).toMatchObject({ code: 0, left: [] });
  expect(ending.started).toBeGreaterThan(2);
  expect(ending.seconds).toBeLessThan(2);
  expect(readdirSync(folder).sort()).toEqual(['dynamodb', 'log', 'parameters.json', 's3', 'streams.json']);
});

test('a second start keeps keys and users, continues unfinished work, and takes a setting from the environment', {
  timeout: patience,
}, async () => {
  expect(await start({ AUTH_COOKIES: 'strict' })).toContain('The keys of the last start');
  await expect.poll(() => sessionOf(), { timeout: 20_000 }).toBeUndefined();
  await signInByCookie(`http://localhost:${port}`);
  const [, , readYourself = ''] = firstSteps(`http://localhost:${port}`);
  expect(JSON.parse((await run('/bin/sh', ['-c', readYourself])).stdout)).toMatchObject({ username: 'ada' });
  expect(await end('SIGTERM')).toMatchObject({ code: 0, left: [] });
  const log = readFileSync(join(folder, 'log'), 'utf8');
  expect(log.match(/"event":"start"/g)).toHaveLength(2);
});

/** With a cookie of another page on localhost besides ours. */
async function signInByCookie(url: string): Promise<void> {
  const send = (path: string, cookie: string, body?: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        origin: url,
        connection: 'close',
        cookie: `of-another-page={"a": "b,c"}; ${cookie}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const cookieOf = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
  expect((await fetch(`${url}/userInfo/`)).headers.get('www-authenticate')).toBe('Bearer realm="api"');
  const signedIn = await send('/login/', '', { username: 'ada', password: 'Analytical-Engine-1843', cookies: true });
  expect(signedIn.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-access=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
    expect.stringMatching(/^__Secure-refresh=[\w.-]+; Path=\/token\/refresh; Secure; HttpOnly; SameSite=Strict$/),
    expect.stringMatching(/^__Host-device=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000$/),
  ]);
  const refreshed = await send('/token/refresh/', cookieOf(signedIn));
  expect(await refreshed.json()).toEqual({ expires_in: 300 });
  expect(await (await send('/userInfo/', cookieOf(refreshed))).json()).toMatchObject({ data: { username: 'ada' } });
  const out = await send('/logout/', cookieOf(refreshed));
  expect(out.headers.getSetCookie().every((line) => /^__\w+-\w+=; .*Max-Age=0/.test(line))).toBe(true);
}

test('if DynamoDB ends unexpectedly, everything ends with one line that says so', { timeout: patience }, async () => {
  await start();
  let said = '';
  running?.stderr?.on('data', (chunk) => (said += chunk));
  const pids = await descendants();
  const dynamo = pids.find((pid) => /dynoxide|DynamoDBLocal\.jar/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
  process.kill(dynamo as number, 'SIGKILL');
  const [code] = await once(running as ChildProcess, 'close');
  expect({ code, said }).toEqual({
    code: 1,
    said: expect.stringContaining('DynamoDB ended unexpectedly (SIGKILL); everything else was stopped.'),
  });
  for (const part of ['The data stays', `the log of the functions is ${folder}/log`, 'npm start']) expect(said).toContain(part);
  await expect.poll(() => left(pids), { timeout: 20_000 }).toEqual([]);
});
