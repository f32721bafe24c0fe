import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isUnavailable } from '#lib/aws/fault.ts';
import { ssmKeyStore } from '#lib/keys/key-store.ssm.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { freePort } from '#local/emulators/free-port.ts';
import { startParameterStore } from '#local/emulators/parameter-store.ts';
import { type Keys, madeKeys } from '../tokens/made-keys.ts';

let keys: Keys;
let client: SSMClient;
let stop: () => Promise<void>;
const connect = (endpoint: string) => new SSMClient({ endpoint, region: 'us-east-1', credentials: localCredentials, maxAttempts: 1 });
beforeAll(async () => {
  keys = await madeKeys();
  const emulator = await startParameterStore();
  stop = emulator.stop;
  client = connect(emulator.endpoint);
});
afterAll(() => stop());
const put = async (name: string, value: string, type: 'String' | 'SecureString' = 'String') =>
  await client.send(new PutParameterCommand({ Name: `/gatehouse/test/${name}`, Value: value, Type: type, Overwrite: true }));

describe('in Parameter Store', () => {
  test('a stage has its keys and its secret', async () => {
    await put('signing-key', keys.secret, 'SecureString');
    await put('verification-keys', JSON.stringify({ keys: [keys.published] }));
    await put('lookup-secret', Buffer.alloc(32, 7).toString('base64url'), 'SecureString');
    expect((await ssmKeyStore({ KEYS_PATH: '/gatehouse/test', KEY_CACHE: 300 }, client).signingKey()).kid).toBe(keys.published.kid);
    const store = ssmKeyStore({ KEYS_PATH: '/gatehouse/test', KEY_CACHE: 300 }, client);
    expect([[...(await store.keySet()).keys()], await store.published()]).toEqual([[keys.published.kid], { keys: [keys.published] }]);
    expect(await ssmLookupSecret({ KEYS_PATH: '/gatehouse/test' }, client)()).toEqual([{ bytes: Buffer.alloc(32, 7), from: 0 }]);
  });

  test('a stage that accepts HS tokens reads its secrets too; another stage reads none and does not sign with one', async () => {
    const hs = await madeKeys('HS256');
    const place = { KEYS_PATH: '/gatehouse/hs', KEY_CACHE: 300 };
    await client.send(new PutParameterCommand({ Name: '/gatehouse/hs/signing-key', Value: hs.secret, Type: 'SecureString' }));
    const set = (...each: unknown[]) => JSON.stringify({ keys: each });
    await client.send(new PutParameterCommand({ Name: '/gatehouse/hs/verification-keys', Value: set(keys.published), Type: 'String' }));
    const kids = async (settings: object) => [...(await ssmKeyStore({ ...place, ...settings }, client).keySet()).keys()];
    expect(await kids({ ALGORITHM: 'HS256' })).toEqual([keys.published.kid]);
    await client.send(
      new PutParameterCommand({ Name: '/gatehouse/hs/verification-secrets', Value: set(hs.published), Type: 'SecureString' }),
    );
    expect(await kids({ ALGORITHM: 'HS256' })).toEqual([keys.published.kid, hs.published.kid]);
    expect(await kids({ HONOUR_HS_TOKENS: true })).toEqual([keys.published.kid, hs.published.kid]);
    expect(await kids({ ALGORITHM: 'ES256', HONOUR_HS_TOKENS: false })).toEqual([keys.published.kid]);
    expect((await ssmKeyStore({ ...place, ALGORITHM: 'HS256' }, client).signingKey()).kid).toBe(hs.published.kid);
    await expect(ssmKeyStore(place, client).signingKey()).rejects.toThrow('HONOUR_HS_TOKENS');
    expect(await ssmKeyStore({ ...place, ALGORITHM: 'HS256' }, client).published()).toEqual({ keys: [keys.published] });
  });

  test('a secret that is too short is refused', async () => {
    await put('lookup-secret', Buffer.alloc(31, 7).toString('base64url'), 'SecureString');
    await expect(ssmLookupSecret({ KEYS_PATH: '/gatehouse/test' }, client)()).rejects.toThrow('shorter than 32 bytes');
  });

  test('a stage without keys is told which is missing, and that is a fault, not a passing failure', async () => {
    for (const load of [
      ssmKeyStore({ KEYS_PATH: '/gatehouse/none', KEY_CACHE: 300 }, client).signingKey,
      ssmKeyStore({ KEYS_PATH: '/gatehouse/none', KEY_CACHE: 300 }, client).keySet,
      ssmLookupSecret({ KEYS_PATH: '/gatehouse/none' }, client),
    ]) {
      const error = await load().catch((thrown: unknown) => thrown);
      expect((error as Error).message).toContain('/gatehouse/none/');
      expect(isUnavailable(error)).toBe(false);
    }
  });

  test('a store that does not answer is a passing failure', async () => {
    const nowhere = connect(`http://127.0.0.1:${await freePort()}`);
    const error = await ssmKeyStore({ KEYS_PATH: '/gatehouse/test', KEY_CACHE: 300 }, nowhere)
      .signingKey()
      .catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
  });
});
