import type { CryptoKey, JWK } from 'jose';
import { KeyError } from './key-error.ts';

/** Whether a JWK is a secret that both signs and verifies (RFC 7518 §6.4); it must never be published. */
export function isSecret({ kty }: Pick<JWK, 'kty'>): boolean {
  return kty === 'oct';
}

/** The bytes of an HS algorithm's hash, the least length of its secret (RFC 7518 §3.2); undefined for any other. */
export function hashBytes(algorithm: string): number | undefined {
  return { HS256: 32, HS384: 48, HS512: 64 }[algorithm];
}

/** The secret in a JWK, bound to its `alg`. Throws KeyError if it is shorter than `leastBytes` or not a secret. */
export async function importSecret({ k, alg = '' }: JWK, name: string, leastBytes = hashBytes(alg)): Promise<CryptoKey> {
  const bytes = hashBytes(alg);
  if (bytes === undefined || leastBytes === undefined || typeof k !== 'string') throw new KeyError(`${name} cannot be imported as ${alg}`);
  const secret = Buffer.from(k, 'base64url');
  if (secret.length < leastBytes)
    throw new KeyError(`${name} is a secret of ${secret.length} bytes, and ${alg} wants ${leastBytes} (RFC 7518 §3.2)`);
  return await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: `SHA-${bytes * 8}` }, false, ['sign', 'verify']);
}
