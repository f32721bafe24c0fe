import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { PublicJwk } from './key-set.ts';

/** A new private key as it is stored: a JWK named by its thumbprint (RFC 7638), RSA with 3072 bits. */
export async function newSigningKey(algorithm: string): Promise<string> {
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
