import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../../scripts/emulators/emulator.ts';
import { startParameterStore } from '../../scripts/emulators/parameter-store.ts';

let store: Emulator;
beforeAll(async () => {
  store = await startParameterStore();
});
afterAll(() => store.stop());

const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

const keysCreate = (...parameters: string[]) => keysCreateWith(credentials, ...parameters);

async function keysCreateWith(environment: NodeJS.ProcessEnv, ...parameters: string[]) {
  const script = new URL('../../scripts/keys-create.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...parameters], {
    env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL_SSM: store.endpoint, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

test('makes the keys of a stage once, says where, and prints no secret', async () => {
  const first = await keysCreate('--stage', 'prod', '--region', 'eu-west-1');
  expect(first).toEqual({
    code: 0,
    output: 'The stage prod has its keys now, in /gatehouse/prod (eu-west-1): signing-key, verification-keys, lookup-secret.\n',
  });
  const second = await keysCreate('--stage', 'prod');
  expect(second).toEqual({
    code: 1,
    output: 'The stage prod has its keys already, in /gatehouse/prod (eu-central-1). Nothing was changed.\n',
  });
});

test.each([
  [[], '--stage is missing'],
  [['--stage', 'nowhere'], 'There is no stage "nowhere"'],
  [['--stage', 'local'], 'gets its keys from npm start'],
  [['--stage', 'prod', '--force'], "Unknown option '--force'"],
])('%j is refused with what to write instead', async (parameters, line) => {
  const { code, output } = await keysCreate(...parameters);
  expect(code).toBe(1);
  expect(output).toContain(line);
  expect(output).not.toContain('    at ');
});

const nobody = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };

test('without AWS credentials it says which to set', async () => {
  expect(await keysCreateWith(nobody, '--stage', 'staging')).toEqual({
    code: 1,
    output: 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  });
});

test('a profile that has none is named', async () => {
  expect(await keysCreateWith({ ...nobody, AWS_PROFILE: 'misspelt' }, '--stage', 'staging')).toEqual({
    code: 1,
    output: 'There are no AWS credentials in the profile misspelt, which AWS_PROFILE names.\n',
  });
});
