import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { availableDynamoEngines } from '#local/emulators/dynamo.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { scriptEnvironment } from '../../scripts/script-environment.ts';

let parent: string;
let folder: string;
let port: number;

beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'start-'));
  folder = join(parent, 'local');
  port = await freePort();
});
afterEach(() => rmSync(parent, { recursive: true }));

const script = new URL('../../../scripts/start.ts', import.meta.url).pathname;

/** Starts, and waits for the end, which in every test here comes before anything serves. */
async function start(environment: NodeJS.ProcessEnv = {}, ...flags: string[]) {
  const child = spawn(process.execPath, [script, ...flags], {
    env: { ...scriptEnvironment(), PORT: String(port), LOCAL_DIR: folder, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output, lines: output.trim().split('\n') };
}

test('a busy port is one line that says how to choose another, and nothing was changed', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  expect(await start()).toMatchObject({ code: 1, output: `Port ${port} is in use. Choose another: PORT=${port + 1} npm start\n` });
  expect(existsSync(folder)).toBe(false);
  other.close();
});

test.each(['0', '65536', 'http', '80.5', '-1'])('PORT=%s is refused', async (PORT) => {
  expect(await start({ PORT })).toMatchObject({ code: 1, output: `PORT is "${PORT}", but has to be a number from 1 to 65535\n` });
});

test.each([
  [{ SIGNING_KEY: 'a word' }, 'SIGNING_KEY cannot be used. ES256 wants a private key as PEM or JWK.'],
  [{ DJANGO_ALGORITHM: 'HS256', DJANGO_SIGNING_KEY: 'short' }, 'DJANGO_SIGNING_KEY cannot be used. It is a secret of 5 bytes'],
  [{ DJANGO_ALGORITHM: 'HS256' }, 'DJANGO_SIGNING_KEY has to be what the Django project signed with'],
])('a key that cannot be used is named by its setting, without advice to delete the data: %j', async (environment, line) => {
  const { code, output } = await start(environment);
  expect([code, output]).toEqual([1, expect.stringContaining(line)]);
  expect(output).not.toContain('--fresh');
});

test('all errors in the settings are shown at once, before anything is created', async () => {
  const { code, output } = await start({ ACCESS_TOKEN_LIFETIME: 'soon', BCRYPT_ROUNDS: '99', REFRESH_GRAC: '5s' });
  expect(code).toBe(1);
  for (const name of ['ACCESS_TOKEN_LIFETIME', 'BCRYPT_ROUNDS', 'Did you mean REFRESH_GRACE']) expect(output).toContain(name);
  expect(output).not.toContain('    at ');
  expect(existsSync(folder)).toBe(false);
});

test('a flag that npm keeps for itself is refused with its correct form, and nothing is created', async () => {
  const { code, output } = await start({ npm_config_fresh: 'true' });
  expect([code, output]).toEqual([1, 'npm keeps --fresh for itself. Write: npm start -- --fresh\n']);
  expect(existsSync(folder)).toBe(false);
});

test('an unknown flag is refused with the usage, as --help shows it', async () => {
  const refused = await start({}, '--frehs');
  expect(refused.code).toBe(1);
  expect(refused.output).toContain("Unknown option '--frehs'");
  expect(await start({}, '--help')).toMatchObject({ code: 0, output: expect.stringContaining('LOCAL_DIR=.local') });
});

test.each([
  ['parameters that are no JSON', 'parameters.json', '{"half'],
  ['parameters that are something else', 'parameters.json', '[1, 2]'],
  ['a file in place of the objects', 's3', 'hello'],
  ['a file in place of the tables', 'dynamodb', 'hello'],
])('%s: one line that says how to start afresh', async (_, name, content) => {
  mkdirSync(folder);
  writeFileSync(join(folder, name), content);
  const { code, lines } = await start();
  expect(code).toBe(1);
  expect(lines.at(-1)).toMatch(/Start afresh with: npm start -- --fresh$/);
  expect(lines).toHaveLength(2);
  expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
});

test.runIf(availableDynamoEngines()[0] === 'dynoxide')('a broken database: one line that says how to start afresh', async () => {
  mkdirSync(join(folder, 'dynamodb'), { recursive: true });
  writeFileSync(join(folder, 'dynamodb', 'dynoxide.db'), 'no database'.repeat(1000));
  const { code, lines } = await start();
  expect(code).toBe(1);
  expect(lines.at(-1)).toMatch(/DynamoDB .* did not start.*Start afresh with: npm start -- --fresh$/);
});

test('LOCAL_DIR that is a file is refused, and the file is unchanged', async () => {
  writeFileSync(folder, 'my diary');
  const { code, output } = await start();
  expect(code).toBe(1);
  expect(output).toMatch(/is not a folder\. .*npm start -- --fresh\n$/);
  expect(readFileSync(folder, 'utf8')).toBe('my diary');
});

test.runIf(existsSync('/proc/self'))('LOCAL_DIR where no folder can be made is one line, at once', async () => {
  expect(await start({ LOCAL_DIR: '/proc/nope/local' })).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^\/proc\/nope\/local cannot be made \(.*\)\. Choose another folder: LOCAL_DIR=… npm start\n$/),
  });
});

test('a log that cannot be written is one line', async () => {
  mkdirSync(join(folder, 'log'), { recursive: true });
  const { code, output } = await start();
  expect(code).toBe(1);
  expect(output).toMatch(/^The log .* cannot be written \(EISDIR.*\)\.\n$/);
});

test('--fresh refuses to empty a folder with other files', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'parameters.json'), '{}');
  writeFileSync(join(folder, 'thesis.tex'), 'years of work');
  const { code, output } = await start({}, '--fresh');
  expect(code).toBe(1);
  expect(output).toContain('is not emptied: thesis.tex in it did not come from Gatehouse');
  expect(readdirSync(folder).sort()).toEqual(['parameters.json', 'thesis.tex']);
});

test('a folder in use by another start is refused, and the lock of a dead process is ignored', async () => {
  mkdirSync(folder);
  const startedAt = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  writeFileSync(join(folder, 'lock'), `${process.pid} ${startedAt}`);
  writeFileSync(join(folder, 'parameters.json'), 'broken, so that the start ends here');
  expect((await start()).output).toContain(`is in use by another npm start or serve:packaged (process ${process.pid})`);
  for (const dead of [`${process.pid} 1`, '999999999 1', 'garbage', '']) {
    writeFileSync(join(folder, 'lock'), dead);
    expect((await start()).output).toContain('is broken');
  }
  expect(readdirSync(folder).sort()).toEqual(['log', 'parameters.json']);
});
