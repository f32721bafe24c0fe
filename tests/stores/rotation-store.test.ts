import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '#lib/ids.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import { type Emulator, localCredentials } from '#local/emulators/emulator.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { promisesOfRotationStore } from './rotation-store.contract.ts';
import { memoryRotationStore } from './rotation-store.memory.ts';

promisesOfRotationStore('memory', async (signing, published, secrets) =>
  memoryRotationStore({ stored: { signing, published, ...(secrets && { secrets }) } }),
);

describe('Parameter Store', () => {
  let emulator: Emulator;
  let client: SSMClient;
  const connect = () => new SSMClient({ endpoint: emulator.endpoint, region: 'eu-central-1', credentials: localCredentials });
  beforeAll(async () => {
    emulator = await startParameterStore();
    client = connect();
  });
  afterAll(async () => {
    client.destroy();
    await emulator.stop();
  });
  const stage = async (signing: string, published: string) => {
    const KEYS_PATH = `/gatehouse/${randomId()}`;
    for (const [name, Value, Type] of [
      ['signing-key', signing, 'SecureString'],
      ['verification-keys', published, 'String'],
    ] as const) {
      await client.send(new PutParameterCommand({ Name: `${KEYS_PATH}/${name}`, Value, Type }));
    }
    return KEYS_PATH;
  };

  promisesOfRotationStore('Parameter Store', async (signing, published, secrets) => {
    const KEYS_PATH = await stage(signing, published);
    const store = ssmRotationStore({ KEYS_PATH, HONOUR_HS_TOKENS: secrets !== undefined }, client);
    if (secrets) await store.publishSecrets(secrets);
    return store;
  });

  test('a stage that accepts secrets and has none yet has an empty set of them', async () => {
    const store = ssmRotationStore({ KEYS_PATH: await stage('a private key', 'a set'), ALGORITHM: 'HS256' }, client);
    expect((await store.read()).secrets).toBe('{"keys":[]}');
  });

  test('private keys are encrypted, and stay so', async () => {
    const KEYS_PATH = await stage('a private key', 'a set');
    const store = ssmRotationStore({ KEYS_PATH }, client);
    await store.keepNext('x');
    await store.keepSigning('x');
    await store.publishSecrets('x');
    const Names = ['signing-key', 'next-signing-key', 'verification-secrets'].map((name) => `${KEYS_PATH}/${name}`);
    const { Parameters = [] } = await client.send(new GetParametersCommand({ Names }));
    expect(Parameters.map(({ Type }) => Type)).toEqual(['SecureString', 'SecureString', 'SecureString']);
  });

  test('a claim whose answer is lost belongs to no caller until it expires', async () => {
    const KEYS_PATH = await stage('a private key', 'a set');
    const losing = connect();
    let isLost = false;
    losing.middlewareStack.add(
      (next, { commandName }) =>
        async (given) => {
          const answer = await next(given);
          if (commandName !== 'PutParameterCommand' || isLost) return answer;
          isLost = true;
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        },
      { step: 'deserialize', name: 'trouble', priority: 'high' },
    );
    const noon = new Date();
    const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
    expect(await ssmRotationStore({ KEYS_PATH }, losing).claim(noon, later(60))).toBe('busy');
    expect(await ssmRotationStore({ KEYS_PATH }, client).claim(later(59), later(119))).toBe('busy');
    expect(await ssmRotationStore({ KEYS_PATH }, client).claim(later(60), later(120))).toBe('claimed');
    losing.destroy();
  });

  test('a stage without keys is told how to create them', async () => {
    await expect(ssmRotationStore({ KEYS_PATH: '/gatehouse/nowhere' }, client).read()).rejects.toThrow('keys:create');
  });
});
