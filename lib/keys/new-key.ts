import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { randomId } from '#lib/ids.ts';
import type { PublicJwk } from './key-set.ts';
import { hashBytes, isSecret } from './secret-key.ts';

/**
 * A new private key as it is stored: a JWK named by its thumbprint (RFC 7638), RSA with 3072 bits. The thumbprint of a secret would be a
 * hash of the secret, in the header of every token: secrets, as long as their hash, have random names.
 */
export async function newSigningKey(algorithm: string): Promise<string> {
  const bytes = hashBytes(algorithm);
  if (bytes) return JSON.stringify(namedSecret(randomBytes(bytes), algorithm));
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' });
}

/**
 * The members of a JWK that everybody may see (RFC 7518 §6), named one by one so that no private one can slip through; undefined
 * where it is not one that was made here.
 */
export function publicHalf({ kty, crv, x, y, n, e, kid, alg, use }: JWK): PublicJwk | undefined {
  if (!kty || !kid || !alg) return undefined;
  const members = Object.entries({ crv, x, y, n, e, use }).filter(([, value]) => value !== undefined);
  return { kty, ...Object.fromEntries(members), kid, alg };
}

/** A secret as it is stored, under a name that tells nothing of it. */
export function namedSecret(secret: Uint8Array, algorithm: string): JWK {
  return { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: randomId(), alg: algorithm, use: 'sig' };
}

/** What of a private key those need who verify: its public half, or the secret itself; undefined where it is neither. */
export function verifyingHalf(jwk: JWK): PublicJwk | undefined {
  const { kty = '', k, kid, alg, use } = jwk;
  if (!isSecret({ kty })) return publicHalf(jwk);
  return k && kid && alg ? { kty, k, kid, alg, ...(use && { use }) } : undefined;
}
