import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Emulator, localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';

let folder: string;
let file: string;
let store: Emulator;
let ssm: SSMClient;

async function start() {
  store = await startParameterStore({ file });
  ssm = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parameters-'));
  file = join(folder, 'parameters.json');
  await start();
});
afterEach(async () => {
  ssm.destroy();
  await store.stop();
  rmSync(folder, { recursive: true });
});

const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
const get = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, ...(WithDecryption !== undefined && { WithDecryption }) }))).Parameter;

test('a stored value is returned with its type and first version', async () => {
  await put('/a/b', 'hello');
  expect(await get('/a/b')).toMatchObject({ Name: '/a/b', Value: 'hello', Type: 'String', Version: 1, LastModifiedDate: expect.any(Date) });
});

test('a missing parameter is refused with the exception of the SDK', async () => {
  await expect(get('/nothing')).rejects.toBeInstanceOf(ParameterNotFound);
  await expect(ssm.send(new DeleteParameterCommand({ Name: '/nothing' }))).rejects.toBeInstanceOf(ParameterNotFound);
});

test('a second put is refused without Overwrite, and otherwise raises the version', async () => {
  await put('/a', 'one');
  await expect(put('/a', 'two')).rejects.toBeInstanceOf(ParameterAlreadyExists);
  expect((await get('/a'))?.Value).toBe('one');
  expect((await put('/a', 'two', { Overwrite: true })).Version).toBe(2);
  expect((await get('/a'))?.Value).toBe('two');
});

test('one of many puts of one name at once wins', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => put('/race', String(index))));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('several are read at once, and missing ones are named', async () => {
  await put('/a', '1');
  await put('/b', '2');
  const { Parameters = [], InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['/a', '/b', '/c'] }));
  expect(Parameters.map(({ Name, Value }) => `${Name}=${Value}`).sort()).toEqual(['/a=1', '/b=2']);
  expect(InvalidParameters).toEqual(['/c']);
});

test('a secure string is readable only with decryption', async () => {
  await put('/secret', 'rosebud', { Type: 'SecureString' });
  expect((await get('/secret'))?.Value).not.toContain('rosebud');
  expect((await get('/secret', true))?.Value).toBe('rosebud');
});

test('a value beyond 4096 bytes, or without a type, is refused as on AWS', async () => {
  await put('/fits', 'x'.repeat(4096));
  await expect(put('/large', 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(ssm.send(new PutParameterCommand({ Name: '/typeless', Value: 'x' }))).rejects.toMatchObject({ name: 'ValidationException' });
});

test('everything survives a restart, except deleted parameters', async () => {
  await put('/a', '1', { Type: 'SecureString' });
  await put('/b', '2');
  await ssm.send(new DeleteParameterCommand({ Name: '/b' }));
  await store.stop();
  await start();
  expect((await get('/a', true))?.Value).toBe('1');
  await expect(get('/b')).rejects.toBeInstanceOf(ParameterNotFound);
});

test('only its owner can read the file, and no draft is left', async () => {
  await put('/a', '1');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['parameters.json']);
});

test.each(['{', '[]', '{"/a":{"Type":"String"}}', ''])('a file that holds %j is called broken', async (content) => {
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, content);
  await expect(startParameterStore({ file: broken })).rejects.toThrow('is broken');
});

test('a page with another host name is refused', async () => {
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'evil.example', 'x-amz-target': 'AmazonSSM.GetParameter' };
    const asked = request(store.endpoint, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode));
    asked.on('error', reject).end('{"Name":"/a"}');
  });
  expect(status).toBe(400);
});
