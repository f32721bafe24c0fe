import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { givenDjangoKey, givenSigningKey } from '#local/given-key.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = (key: (typeof ec)['privateKey'], type: 'pkcs8' | 'sec1' | 'pkcs1' = 'pkcs8') => String(key.export({ type, format: 'pem' }));
const open = (key: (typeof ec)['publicKey']) => String(key.export({ type: 'spki', format: 'pem' }));
const secret = 'a secret of more than sixty-four characters, as HS512 wants it to be.';
const stored = async (text: string, algorithm: string) => JSON.parse(await givenSigningKey(text, algorithm)) as JWK;

describe('a given key', () => {
  test.for([
    ['PKCS #8', pem(ec.privateKey), 'ES256'],
    ['SEC 1', pem(ec.privateKey, 'sec1'), 'ES256'],
    ['PKCS #1', pem(rsa.privateKey, 'pkcs1'), 'PS384'],
    ['one line', pem(rsa.privateKey).replaceAll('\n', '\\n'), 'RS256'],
    ['JWK', JSON.stringify(ec.privateKey.export({ format: 'jwk' })), 'ES256'],
  ] as const)('as %s signs under its thumbprint', async ([, text, algorithm]) => {
    const jwk = await stored(text, algorithm);
    expect(jwk).toMatchObject({ kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig', d: expect.any(String) });
  });

  test('keeps its key id, and a secret gets one that reveals nothing', async () => {
    const named = { ...ec.privateKey.export({ format: 'jwk' }), kid: 'mine' };
    expect((await stored(JSON.stringify(named), 'ES256')).kid).toBe('mine');
    const jwk = await stored(`${secret}\n`, 'HS256');
    expect([Buffer.from(jwk.k ?? '', 'base64url').toString(), jwk.kid]).toEqual([secret, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    const { kid } = await stored(JSON.stringify({ kty: 'oct', k: jwk.k }), 'HS512');
    expect(kid).toMatch(/^[0-9a-f]{32}$/);
  });

  test.for<[string, string, string, string]>([
    ['another curve', pem(ec.privateKey), 'ES384', 'cannot be imported as ES384'],
    ['another kind', pem(ec.privateKey), 'RS256', 'cannot be imported as RS256'],
    ['another algorithm', JSON.stringify({ ...ec.privateKey.export({ format: 'jwk' }), alg: 'ES384' }), 'ES256', 'The key is for ES384'],
    ['an RSA key that is too short', pem(weak.privateKey), 'RS256', '2048'],
    ['a secret that is too short', 'x'.repeat(31), 'HS256', '31 bytes, and HS256 wants 32'],
    ['a secret that is too short for its hash', 'x'.repeat(50), 'HS512', '50 bytes, and HS512 wants 64'],
    ['a public key', open(ec.publicKey), 'ES256', 'neither a private key in PEM nor a JWK'],
    ['a public JWK', JSON.stringify(ec.publicKey.export({ format: 'jwk' })), 'ES256', 'wants a private key'],
    ['a public key for a secret', open(ec.publicKey), 'HS256', 'neither a private key in PEM nor a JWK'],
    ['a private key for a secret', pem(ec.privateKey), 'HS256', 'HS256 wants a secret'],
    ['a secret for a private key', secret, 'ES256', 'ES256 wants a private key'],
    ['a key of a long name', JSON.stringify({ ...ec.privateKey.export({ format: 'jwk' }), kid: 'x'.repeat(44) }), 'ES256', 'at most 43'],
    ['half a PEM', pem(ec.privateKey).slice(0, 60), 'ES256', 'neither'],
  ])('is refused if it is %s, and never shown', async ([, text, algorithm, reason]) => {
    const error = (await givenSigningKey(text, algorithm).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain(reason);
    for (const line of text.split('\n')) if (line.length > 40) expect(error.message).not.toContain(line.slice(27));
  });
});

describe('the key of a Django project', () => {
  test('is its secret, of 32 bytes or more for every hash', async () => {
    const jwk = JSON.parse(await givenDjangoKey('d'.repeat(50), 'HS512')) as JWK;
    expect([jwk.kty, jwk.alg, Buffer.from(jwk.k ?? '', 'base64url').toString()]).toEqual(['oct', 'HS512', 'd'.repeat(50)]);
    await expect(givenDjangoKey('d'.repeat(31), 'HS256')).rejects.toThrow('31 bytes');
  });

  test('is the public half of a key pair, whichever half is given', async () => {
    for (const text of [open(rsa.publicKey), pem(rsa.privateKey)]) {
      const jwk = JSON.parse(await givenDjangoKey(text, 'RS256')) as JWK;
      expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kty', 'n']);
    }
    await expect(givenDjangoKey(open(ec.publicKey), 'RS256')).rejects.toThrow('It is no key for RS256');
    await expect(givenDjangoKey(open(weak.publicKey), 'RS256')).rejects.toThrow();
    for (const key of [ec.privateKey, weak.privateKey])
      await expect(givenDjangoKey(pem(key), 'RS256')).rejects.toThrow('does not fit RS256');
  });
});
