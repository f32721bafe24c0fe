import { exportJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { importKeySet, importSigningKey, parsePublicKeys, parseSecrets } from '#lib/keys/import-keys.ts';
import { KeyError } from '#lib/keys/key-error.ts';
import type { PublicJwk } from '#lib/keys/key-set.ts';
import { newSigningKey } from '#lib/keys/new-key.ts';
import { type Keys, madeKeys } from '../tokens/made-keys.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await madeKeys();
});
const refusalOf = async (attempt: () => unknown) => {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(KeyError);
    return (error as Error).message;
  }
  throw new Error('taken');
};
const set = (...jwks: unknown[]) => ({ keys: jwks as PublicJwk[] });

describe('a signing key', () => {
  test('is private, and is bound to its algorithm and name', async () => {
    const { kid, algorithm, key } = await importSigningKey(keys.secret);
    expect([kid, algorithm, key.type, key.usages]).toEqual([keys.published.kid, 'ES256', 'private', ['sign']]);
  });

  test('cannot be exported again', async () => {
    expect((await importSigningKey(keys.secret)).key.extractable).toBe(false);
  });

  test.for(['', '{', '5', '"a"', '[]', '{}', '{"kty":"EC"}', '-----BEGIN PRIVATE KEY-----'])('is not %j', async (stored) => {
    await refusalOf(() => importSigningKey(stored));
  });

  test('is refused if it is null, with a KeyError', async () => {
    await refusalOf(() => importSigningKey('null'));
  });

  test('is refused if it is the public half, or has no name or algorithm', async () => {
    expect(await refusalOf(() => importSigningKey(JSON.stringify(keys.published)))).toBe('signing-key is not a private key');
    for (const name of ['kid', 'alg']) {
      const { [name]: _, ...rest } = JSON.parse(keys.secret);
      expect(await refusalOf(() => importSigningKey(JSON.stringify(rest)))).toBe('signing-key lacks kid or alg');
    }
  });

  test('is refused if its curve or kind does not fit its algorithm, or it is an RSA key under 2048 bits', async () => {
    for (const alg of ['ES384', 'RS256', 'HS256', 'none', 'EdDSA']) {
      expect(await refusalOf(() => importSigningKey(JSON.stringify({ ...JSON.parse(keys.secret), alg })))).toContain('cannot be imported');
    }
    const { privateKey } = await crypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
      true,
      ['sign', 'verify'],
    );
    const small = { ...(await exportJWK(privateKey)), kid: 'small', alg: 'RS256' };
    expect(await refusalOf(() => importSigningKey(JSON.stringify(small)))).toMatch(/2048/);
  });

  test('is never part of an error', async () => {
    const { d } = JSON.parse(keys.secret);
    for (const odd of [keys.secret.slice(0, -1), keys.secret.replace('ES256', 'RS256'), keys.secret.replace('P-256', 'P-384')]) {
      expect(await refusalOf(() => importSigningKey(odd))).not.toContain(d);
    }
  });
});

describe('a secret', () => {
  test.for([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('for %s has %d bytes or more, and a random name', async ([alg, bytes]) => {
    const [stored, other] = [await newSigningKey(alg), await newSigningKey(alg)];
    const jwk = JSON.parse(stored);
    expect(Buffer.from(jwk.k, 'base64url')).toHaveLength(bytes);
    expect([jwk.kid, jwk.alg]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), alg]);
    expect(jwk.kid).not.toBe(JSON.parse(other).kid);
    const { key } = await importSigningKey(stored);
    expect([key.extractable, key.algorithm]).toEqual([false, { name: 'HMAC', hash: { name: `SHA-${bytes * 8}` }, length: bytes * 8 }]);
    const short = JSON.stringify({ ...jwk, k: Buffer.alloc(bytes - 1, 7).toString('base64url') });
    expect(await refusalOf(() => importSigningKey(short))).toBe(
      `signing-key is a secret of ${bytes - 1} bytes, and ${alg} wants ${bytes} (RFC 7518 §3.2)`,
    );
  });

  test('is used for HS only, and HS uses no other key', async () => {
    const jwk = JSON.parse(await newSigningKey('HS512'));
    for (const alg of ['ES256', 'RS256', 'EdDSA', 'none', 'HS1'])
      expect(await refusalOf(() => importSigningKey(JSON.stringify({ ...jwk, alg })))).toContain('cannot be imported');
    expect(await refusalOf(() => importSigningKey(JSON.stringify({ ...jwk, k: undefined })))).toContain('cannot be imported');
  });

  test('is kept apart from the published keys', async () => {
    const jwk = JSON.parse(await newSigningKey('HS256'));
    expect(parseSecrets(JSON.stringify(set(jwk)))).toEqual(set(jwk));
    expect(await refusalOf(() => parseSecrets(JSON.stringify(set(keys.published))))).toBe('verification-secrets holds what is no secret');
    expect(await refusalOf(() => parsePublicKeys(JSON.stringify(set({ ...keys.published, k: jwk.k }))))).toContain('a private key');
  });
});

describe('published keys', () => {
  test('are read as they are, and are public', () => {
    expect(parsePublicKeys(JSON.stringify(set(keys.published)))).toEqual(set(keys.published));
    expect(() => parsePublicKeys(JSON.stringify(set(JSON.parse(keys.secret))))).toThrow('holds a private key');
    expect(() => parsePublicKeys(JSON.stringify(set({ kty: 'oct', k: 'AAAA', kid: 'x', alg: 'HS256' })))).toThrow('holds a private key');
  });

  test.for(['', '{', '{}', '{"keys":{}}', '{"keys":"x"}', '[]', '5'])('are not %j', (stored) => {
    expect(() => parsePublicKeys(stored)).toThrow(KeyError);
  });

  test.for(['null', '{"keys":[null]}', '{"keys":[5]}'])('are not %j either, but a KeyError', (stored) => {
    expect(() => parsePublicKeys(stored)).toThrow(KeyError);
  });

  test('become a set by their names; an empty set is an error', async () => {
    const other = await madeKeys('EdDSA');
    const imported = await importKeySet(set(keys.published, other.published));
    expect([...imported.keys()]).toEqual([keys.published.kid, other.published.kid]);
    for (const key of imported.values()) expect([key.key.type, key.key.usages]).toEqual(['public', ['verify']]);
    expect(await refusalOf(() => importKeySet(set()))).toContain('holds no key');
  });

  test('are refused as a set if one of them is broken', async () => {
    for (const odd of [{ x: 'AAAA' }, { crv: 'P-384' }, { kty: 'RSA' }, { alg: 'HS256' }, { kid: '' }, { alg: undefined }]) {
      await refusalOf(() => importKeySet(set(keys.published, { ...keys.published, ...odd })));
    }
  });

  test('are refused if two have one name, because a token could mean either', async () => {
    const other = await madeKeys();
    await refusalOf(() => importKeySet(set(keys.published, { ...other.published, kid: keys.published.kid })));
  });
});
