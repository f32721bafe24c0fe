import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { randomId } from '#lib/ids.ts';
import type { PublicJwk } from './key-set.ts';
import { hashBytes, isSecret } from './secret-key.ts';

/**
 * A new private key as it is stored: a JWK, RSA with 3072 bits, whose `kid` is its thumbprint (RFC 7638). A secret is
 * as long as its hash and has a random `kid`, because its thumbprint would put a hash of the secret into every token's
 * header.
 */
export async function newSigningKey(algorithm: string): Promise<string> {
  const bytes = hashBytes(algorithm);
  if (bytes) return JSON.stringify(namedSecret(randomBytes(bytes), algorithm));
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' });
}

/**
 * The public members of a JWK (RFC 7518 §6), listed one by one so that no private one is included. Undefined if the JWK
 * was not made here.
 */
export function publicHalf({ kty, crv, x, y, n, e, kid, alg, use }: JWK): PublicJwk | undefined {
  if (!kty || !kid || !alg) return undefined;
  const members = Object.entries({ crv, x, y, n, e, use }).filter(([, value]) => value !== undefined);
  return { kty, ...Object.fromEntries(members), kid, alg };
}

/** A secret as it is stored, under a random `kid`. */
export function namedSecret(secret: Uint8Array, algorithm: string): JWK {
  return { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: randomId(), alg: algorithm, use: 'sig' };
}

/** The part of a private key that verifies: its public half, or the secret itself. Undefined if it is incomplete. */
export function verifyingHalf(jwk: JWK): PublicJwk | undefined {
  const { kty = '', k, kid, alg, use } = jwk;
  if (!isSecret({ kty })) return publicHalf(jwk);
  return k && kid && alg ? { kty, k, kid, alg, ...(use && { use }) } : undefined;
}
