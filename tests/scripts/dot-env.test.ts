import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dot-env-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(script: string, parameters: readonly string[], environment: NodeJS.ProcessEnv) {
  const path = new URL(`../../scripts/${script}`, import.meta.url).pathname;
  return new Promise<{ code: unknown; said: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment };
    execFile(process.execPath, [path, ...parameters], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, said: `${stdout}${stderr}` }),
    );
  });
}

test.each([
  ['serve-packaged.ts', []],
  ['createsuperuser.ts', ['--no-input', '--username', 'ada']],
  ['users.ts', ['list']],
  ['tour.ts', []],
] as const)('%s reads .env, and does not go on without one that was asked for', async (script, parameters) => {
  const { code, said } = await run(script, parameters, { ENV_FILE: join(folder, 'nowhere') });
  expect([code, said]).toEqual([1, expect.stringMatching(/^.*nowhere cannot be read: there is no such file\. .*\n$/)]);
});

test('its variables count unless the terminal sets them', async () => {
  const file = join(folder, 'env');
  writeFileSync(file, `LOCAL_DIR=${folder}/of-the-file\n`);
  const asked = (more: NodeJS.ProcessEnv = {}) => run('users.ts', ['list'], { ENV_FILE: file, ...more });
  expect((await asked()).said).toContain(`Nothing runs on ${folder}/of-the-file`);
  expect((await asked({ LOCAL_DIR: `${folder}/of-the-terminal` })).said).toContain(`Nothing runs on ${folder}/of-the-terminal`);
});
