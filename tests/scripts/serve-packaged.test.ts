import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#local/emulators/free-port.ts';
import { packageStage, stampOf } from '#local/gateway/packaged.ts';
import { Refusal } from '#local/refusal.ts';
import { scriptEnvironment } from './script-environment.ts';

let parent: string;
let folder: string;
let port: number;
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'serve-packaged-'));
  folder = join(parent, 'local');
  port = await freePort();
});
afterEach(() => rmSync(parent, { recursive: true }));

const script = new URL('../../scripts/serve-packaged.ts', import.meta.url).pathname;

/** Starts, and waits for the end, which in every test here comes before anything is packaged. */
async function serve(environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [script], {
    env: { ...scriptEnvironment(), PORT: String(port), LOCAL_DIR: folder, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

test('a misspelt setting is reported before anything is created', async () => {
  const { code, output } = await serve({ REFRESH_GRAC: '5s' });
  expect(code).toBe(1);
  expect(output).toBe(
    'The settings of the stage local are not usable:\n  - REFRESH_GRAC is not a known setting. Did you mean REFRESH_GRACE?\n',
  );
  expect(existsSync(folder)).toBe(false);
});

test.each([
  ['AUTH_TOKEN_CLASS', 'is not a known setting. Did you mean AUTH_TOKEN_CLASSES?'],
  ['TOKEN_BACKEND_CLASS', 'is not a known setting'],
  ['ACCESS_LIFETIME', 'is not a known setting. Did you mean ACCESS_TOKEN_LIFETIME?'],
  ['SIMPLE_JWT', 'is not a setting: write its entries as settings of their own'],
])('%s in the environment stops the start', async (name, sentence) => {
  const { code, output } = await serve({ [name]: 'x' });
  expect({ code, output }).toEqual({ code: 1, output: `The settings of the stage local are not usable:\n  - ${name} ${sentence}\n` });
  expect(existsSync(folder)).toBe(false);
});

test('a busy port is one line that says how to choose another', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  expect(await serve()).toEqual({ code: 1, output: `Port ${port} is in use. Choose another: PORT=${port + 1} npm run serve:packaged\n` });
  other.close();
});

test('a folder in use by npm start is refused', async () => {
  mkdirSync(folder);
  const startedAt = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  writeFileSync(join(folder, 'lock'), `${process.pid} ${startedAt}`);
  const { code, output } = await serve();
  expect(code).toBe(1);
  expect(output).toContain(`is in use by another npm start or serve:packaged (process ${process.pid})`);
  expect(output.split('\n')).toHaveLength(2);
});

test('a setting in the environment packages the stage local again, and no other stage', async () => {
  const plain = await stampOf('local', {});
  expect(await stampOf('local', { EDITOR: 'vi' })).toBe(plain);
  expect(await stampOf('local', { API_PREFIX: '/acc' })).not.toBe(plain);
  expect(await stampOf('dev', { API_PREFIX: '/acc' })).toBe(await stampOf('dev', {}));
});

test('a failed packaging shows the output of Serverless and nothing else', { timeout: 60_000 }, async () => {
  const failure = await packageStage({ stage: 'nowhere', directory: join(parent, 'nowhere') }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Refusal);
  expect((failure as Refusal).message).toMatch(/^serverless package --stage nowhere failed:\n.*There is no stage "nowhere"/s);
  expect((failure as Refusal).message).not.toContain('node:internal');
});
