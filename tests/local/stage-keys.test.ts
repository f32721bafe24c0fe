import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { calculateJwkThumbprint, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSigningKey } from '#lib/keys/new-key.ts';
import { rotateKeys } from '#lib/keys/rotate-keys.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import { type Emulator, localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { createStageKeys } from '#local/stage-keys.ts';

const path = '/gatehouse/test';
const names = ['signing-key', 'verification-keys', 'lookup-secret'];
let store: Emulator;
let ssm: SSMClient;

beforeEach(async () => {
  store = await startParameterStore();
  ssm = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
});
afterEach(async () => {
  ssm.destroy();
  await store.stop();
});

const create = (algorithm = 'ES256') => createStageKeys({ path, algorithm, ssm });
const remove = (name: string) => ssm.send(new DeleteParameterCommand({ Name: `${path}/${name}` }));

async function stored() {
  const { Parameters = [] } = await ssm.send(
    new GetParametersCommand({ Names: names.map((name) => `${path}/${name}`), WithDecryption: true }),
  );
  const value = (name: string) => Parameters.find(({ Name }) => Name === `${path}/${name}`);
  return {
    signing: JSON.parse(value('signing-key')?.Value ?? '{}') as JWK,
    published: JSON.parse(value('verification-keys')?.Value ?? '{}') as { keys: JWK[] },
    secret: value('lookup-secret')?.Value ?? '',
    types: names.map((name) => value(name)?.Type),
    versions: names.map((name) => value(name)?.Version),
  };
}

async function expectHalvesToBelongTogether(algorithm = 'ES256') {
  const { signing, published } = await stored();
  const [publicKey = {} as JWK] = published.keys;
  const token = await new SignJWT({}).setProtectedHeader({ alg: algorithm }).sign(await importJWK(signing, algorithm));
  await expect(jwtVerify(token, await importJWK(publicKey, algorithm))).resolves.toBeDefined();
}

test.each(['ES256', 'ES384', 'ES512', 'RS256', 'PS512', 'EdDSA'])(
  '%s: what is signed with one half is verified with the other',
  async (algorithm) => {
    expect(await create(algorithm)).toBe('created');
    await expectHalvesToBelongTogether(algorithm);
    const { signing, published, secret, types } = await stored();
    expect(signing).toMatchObject({ alg: algorithm, kid: await calculateJwkThumbprint(signing) });
    expect(published.keys[0]).toMatchObject({ alg: algorithm, kid: signing.kid, use: 'sig' });
    if (signing.n) expect(Buffer.from(signing.n, 'base64url')).toHaveLength(3072 / 8);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(types).toEqual(['SecureString', 'String', 'SecureString']);
  },
);

test.each([
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
])('%s: one secret of %d bytes, which is never shown', async (algorithm, bytes) => {
  expect(await create(algorithm)).toBe('created');
  const { signing, published } = await stored();
  expect([Buffer.from(signing.k ?? '', 'base64url').length, published]).toEqual([bytes, { keys: [] }]);
  const { Parameters: [secrets] = [] } = await ssm.send(
    new GetParametersCommand({ Names: [`${path}/verification-secrets`], WithDecryption: true }),
  );
  expect([secrets?.Type, JSON.parse(secrets?.Value ?? '')]).toEqual(['SecureString', { keys: [signing] }]);
  expect(await create(algorithm)).toBe('existed');
  await remove('verification-secrets');
  expect(await create(algorithm)).toBe('created');
});

test('the public half holds no private member', async () => {
  await create('RS256');
  const { published } = await stored();
  expect(Object.keys(published.keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

test('a second run changes nothing', async () => {
  await create();
  const before = await stored();
  expect(await create('RS256')).toBe('existed');
  expect(await stored()).toEqual(before);
});

test.each([[['lookup-secret']], [['verification-keys', 'lookup-secret']], [['verification-keys']]])(
  'a run that died before it stored %j is completed, with the key that was there',
  async (missing) => {
    await create();
    const before = await stored();
    for (const name of missing) await remove(name);
    expect(await create()).toBe('created');
    expect((await stored()).signing).toEqual(before.signing);
    await expectHalvesToBelongTogether();
  },
);

test('nothing changes on a stage that has rotated, also during a rotation', async () => {
  await create();
  const store = ssmRotationStore({ KEYS_PATH: path }, ssm);
  const needs = { store, makeKey: () => newSigningKey('RS256'), now: () => new Date() };
  for (const propagationSeconds of [60, 0]) {
    await rotateKeys({ ...needs, rules: { propagationSeconds, retiredSeconds: 60, everySeconds: 0 } }, { begin: true });
    const before = await stored();
    expect(await create()).toBe('existed');
    expect(await stored()).toEqual(before);
  }
});

test('ten runs at once end with one matching key pair', async () => {
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => create()));
  expect(outcomes).toContain('created');
  await expectHalvesToBelongTogether();
  expect((await stored()).versions).toEqual([1, 1, 1]);
});

test('a run that is overtaken between reading and writing continues with the key of the other run', async () => {
  await createStageKeys({ path: '/gatehouse/other', algorithm: 'ES256', ssm });
  const rivals = await ssm.send(new GetParametersCommand({ Names: ['/gatehouse/other/signing-key'], WithDecryption: true }));
  const rival = rivals.Parameters?.[0]?.Value ?? '';
  const slow = new SSMClient({ endpoint: store.endpoint, region: 'eu-central-1', credentials: localCredentials });
  let isOvertaken = false;
  slow.middlewareStack.add(
    (next, { commandName }) =>
      async (sent) => {
        if (commandName === 'PutParameterCommand' && !isOvertaken) {
          isOvertaken = true;
          await ssm.send(new PutParameterCommand({ Name: `${path}/signing-key`, Value: rival, Type: 'SecureString' }));
        }
        return await next(sent);
      },
    { step: 'initialize' },
  );
  expect(await createStageKeys({ path, algorithm: 'ES256', ssm: slow })).toBe('created');
  slow.destroy();
  expect((await stored()).signing).toEqual(JSON.parse(rival));
  await expectHalvesToBelongTogether();
});

test('a public half without its private half, or of another key, is refused', async () => {
  await create();
  const before = await stored();
  await remove('signing-key');
  await expect(create()).rejects.toThrow('signing-key is not');
  await remove('verification-keys');
  await create();
  const stranger = JSON.stringify(before.published);
  await ssm.send(new PutParameterCommand({ Name: `${path}/verification-keys`, Value: stranger, Overwrite: true }));
  await expect(create()).rejects.toThrow('does not match');
});
