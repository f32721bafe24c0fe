import type { CryptoKey, JWK } from 'jose';
import { KeyError } from './key-error.ts';

/** Whether a JWK is one secret that signs and verifies (RFC 7518 §6.4), and so may be published nowhere. */
export function isSecret({ kty }: Pick<JWK, 'kty'>): boolean {
  return kty === 'oct';
}

/** How many bytes the hash of an HS algorithm has, which is the least a secret for it may have (RFC 7518 §3.2); undefined for any other. */
export function hashBytes(algorithm: string): number | undefined {
  return { HS256: 32, HS384: 48, HS512: 64 }[algorithm];
}

/** The secret in a JWK, bound to the one hash of its `alg`. Throws KeyError where it is shorter than `leastBytes`, or is none. */
export async function importSecret({ k, alg = '' }: JWK, name: string, leastBytes = hashBytes(alg)): Promise<CryptoKey> {
  const bytes = hashBytes(alg);
  if (bytes === undefined || leastBytes === undefined || typeof k !== 'string') throw new KeyError(`${name} cannot be imported as ${alg}`);
  const secret = Buffer.from(k, 'base64url');
  if (secret.length < leastBytes)
    throw new KeyError(`${name} is a secret of ${secret.length} bytes, and ${alg} wants ${leastBytes} (RFC 7518 §3.2)`);
  return await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: `SHA-${bytes * 8}` }, false, ['sign', 'verify']);
}
