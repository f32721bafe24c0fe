import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { settleKeys } from '#local/settled-keys.ts';
import { madeSettings } from '../lib/made-settings.ts';
import { localEnvironment as credentials, runScript } from './run-script.ts';

let store: Emulator;
beforeAll(async () => {
  store = await startParameterStore();
});
afterAll(() => store.stop());

const keysCreate = (...parameters: string[]) => keysCreateWith(credentials, ...parameters);

const keysCreateWith = (environment: NodeJS.ProcessEnv, ...parameters: string[]) => run('keys-create', environment, ...parameters);

/** The stored value of a name. */
async function value(name: string): Promise<string> {
  const ssm = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/gatehouse/${name}`, WithDecryption: true }));
  ssm.destroy();
  return Parameter?.Value ?? '';
}

const run = (name: string, environment: NodeJS.ProcessEnv, ...parameters: string[]) =>
  runScript(name, { AWS_ENDPOINT_URL_SSM: store.endpoint, ...environment }, ...parameters);

test('makes the keys of a stage once, says where, and prints no secret', async () => {
  const first = await keysCreate('--stage', 'prod', '--region', 'eu-west-1');
  expect(first).toEqual({
    code: 0,
    output: 'The stage prod has its keys now, in /gatehouse/prod (eu-west-1): signing-key, verification-keys, lookup-secret.\n',
  });
  const second = await keysCreate('--stage', 'prod');
  expect(second).toEqual({
    code: 1,
    output: 'The stage prod already has its keys, in /gatehouse/prod (eu-central-1). Nothing was changed.\n',
  });
});

test('a pipeline may ask for the keys before each deployment', async () => {
  const before = await keysCreate('--stage', 'pr-12', '--if-missing');
  expect(before).toMatchObject({ code: 0, output: expect.stringContaining('The stage pr-12 has its keys now') });
  const key = await value('pr-12/signing-key');
  expect(await keysCreate('--stage', 'pr-12', '--if-missing')).toEqual({
    code: 0,
    output: 'The stage pr-12 already has its keys, in /gatehouse/pr-12 (eu-central-1). Nothing was changed.\n',
  });
  expect(await value('pr-12/signing-key')).toBe(key);
});

test('keys that do not match fail with --if-missing too', async () => {
  await keysCreate('--stage', 'pr-13');
  const ssm = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
  await ssm.send(
    new PutParameterCommand({ Name: '/gatehouse/pr-13/verification-keys', Value: '{"keys":[]}', Type: 'String', Overwrite: true }),
  );
  ssm.destroy();
  const { code, output } = await keysCreate('--stage', 'pr-13', '--if-missing');
  expect([code, output]).toEqual([1, expect.stringContaining('does not match')]);
});

test('signs with a given key, and says to delete the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'));
  const file = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const { code, output } = await keysCreate('--stage', 'dev', '--from', file);
  expect([code, output]).toEqual([0, expect.stringContaining(`It signs with the key from ${file}. Delete the file now.`)]);
  expect(JSON.parse(await value('dev/signing-key'))).toMatchObject({ d: privateKey.export({ format: 'jwk' }).d, alg: 'ES256' });
  await writeFile(file, 'a text that is no key');
  expect(await keysCreate('--stage', 'staging', '--from', file)).toEqual({
    code: 1,
    output: `${file} cannot be used. ES256 wants a private key as PEM or JWK.\n`,
  });
  expect((await keysCreate('--stage', 'staging', '--from', join(folder, 'none'))).output).toContain('cannot be read');
  await rm(folder, { recursive: true });
});

test('stores the key of a Django project besides them, and deletes it again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'));
  const file = join(folder, 'secret');
  await writeFile(file, `${'d'.repeat(50)}\n`);
  const keysDjango = (...parameters: string[]) => run('keys-django', credentials, ...parameters);
  expect(await keysDjango('--stage', 'prod', '--from', file)).toMatchObject({ code: 1, output: expect.stringContaining('--algorithm') });
  expect(await keysDjango('--stage', 'prod', '--from', file, '--algorithm', 'HS256')).toEqual({
    code: 0,
    output: '/gatehouse/prod/django-signing-key (eu-central-1) is stored: HS256. Delete the file now.\n',
  });
  expect(Buffer.from(JSON.parse(await value('prod/django-signing-key')).k, 'base64url').toString()).toBe('d'.repeat(50));
  expect((await keysDjango('--stage', 'prod', '--remove')).output).toContain('is deleted');
  await expect(value('prod/django-signing-key')).rejects.toThrow();
  for (const [parameters, line] of [
    [['--stage', 'local', '--from', file], 'DJANGO_SIGNING_KEY from the environment'],
    [['--stage', 'nowhere', '--from', file, '--algorithm', 'HS256'], 'There is no stage "nowhere"'],
    [['--stage', 'prod', '--from', file, '--algorithm', 'HS999'], '--algorithm is HS999, but has to be one of HS256'],
    [['--stage', 'prod', '--from', file, '--remove'], '--remove takes neither'],
  ] as const) {
    expect(await keysDjango(...parameters)).toMatchObject({ code: 1, output: expect.stringContaining(line) });
  }
  await expect(value('nowhere/django-signing-key')).rejects.toThrow();
  await rm(folder, { recursive: true });
});

test('the keys of a laptop are those of its settings at once, and earlier keys stay known', async () => {
  const ssm = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
  const settle = async (given: Record<string, string>) => await settleKeys(madeSettings(given), '/gatehouse/laptop', ssm);
  const kids = async (name: string) => JSON.parse(await value(`laptop/${name}`)).keys.map(({ kid }: { kid: string }) => kid);
  const signing = async () => JSON.parse(await value('laptop/signing-key'));
  expect(await settle({})).toBe('created');
  const first = await signing();
  const SIGNING_KEY = 's'.repeat(40);
  const shared = { ALGORITHM: 'HS256', SIGNING_KEY, DJANGO_ALGORITHM: 'HS256', DJANGO_SIGNING_KEY: 'd'.repeat(50) };
  expect(await settle(shared)).toBe('existed');
  const second = await signing();
  expect(Buffer.from(second.k, 'base64url').toString()).toBe(SIGNING_KEY);
  expect([await kids('verification-keys'), await kids('verification-secrets')]).toEqual([[first.kid], [second.kid]]);
  expect(JSON.parse(await value('laptop/django-signing-key')).alg).toBe('HS256');
  await settle(shared);
  expect((await signing()).kid).toBe(second.kid);
  await expect(settle({ ALGORITHM: 'HS256', SIGNING_KEY: 'short' })).rejects.toThrow(
    'SIGNING_KEY cannot be used. It is a secret of 5 bytes, and HS256 wants 32',
  );
  ssm.destroy();
});

test.each([
  [[], '--stage is missing'],
  [['--stage', 'nowhere'], 'There is no stage "nowhere"'],
  [['--stage', 'local'], 'gets its keys from npm start'],
  [['--stage', 'prod', '--force'], "Unknown option '--force'"],
  [['--stage', 'prod', '--if-missing', '--from', 'key.pem'], '--from and --if-missing exclude each other'],
  [['--stage', 'pr-0'], 'There is no stage "pr-0"'],
])('%j is refused with advice', async (parameters, line) => {
  const { code, output } = await keysCreate(...parameters);
  expect(code).toBe(1);
  expect(output).toContain(line);
  expect(output).not.toContain('    at ');
});

const nobody = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };

test.each([
  ['keys-create', []],
  ['keys-django', ['--remove']],
  ['keys-rotate', ['--status']],
])('without AWS credentials %s names the variables to set', async (name, parameters) => {
  expect(await run(name, nobody, '--stage', 'staging', ...parameters)).toEqual({
    code: 1,
    output: 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  });
});

test('a profile without credentials is named', async () => {
  expect(await keysCreateWith({ ...nobody, AWS_PROFILE: 'misspelt' }, '--stage', 'staging')).toEqual({
    code: 1,
    output: 'There are no AWS credentials in the profile misspelt, which AWS_PROFILE names.\n',
  });
});
