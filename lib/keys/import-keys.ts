import { importJWK, type JWK } from 'jose';
import type { KeySet, PublicKeys, SigningKey } from './key-set.ts';

/**
 * What is stored under a key's name is no key that Gatehouse can use, or what is wanted of the keys cannot be; says which and why,
 * never what is stored.
 */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** The private key in a stored JWK. Throws KeyError. */
export async function importSigningKey(stored: string): Promise<SigningKey> {
  const jwk = parse<JWK>(stored, 'signing-key');
  if (!isObject(jwk) || !jwk.d) throw new KeyError('signing-key is not a private key');
  return await imported(jwk, 'signing-key');
}

/** The keys in a stored JWKS. Throws KeyError where it holds none, or a private one. */
export async function importKeySet(published: PublicKeys): Promise<KeySet> {
  const keys = await Promise.all(published.keys.map((jwk) => imported(jwk, 'verification-keys')));
  if (keys.length === 0) throw new KeyError('verification-keys holds no key');
  const byId = new Map(keys.map((key) => [key.kid, key]));
  if (byId.size < keys.length) throw new KeyError('verification-keys holds two keys of one kid');
  return byId;
}

export function parsePublicKeys(stored: string): PublicKeys {
  const published = parse<PublicKeys>(stored, 'verification-keys');
  if (!isObject(published) || !Array.isArray(published.keys) || !published.keys.every(isObject))
    throw new KeyError('verification-keys is no JWK set');
  if (published.keys.some((jwk: JWK) => jwk.d !== undefined || jwk.kty === 'oct'))
    throw new KeyError('verification-keys holds a private key');
  return published;
}

async function imported(jwk: JWK, name: string): Promise<SigningKey> {
  const { kid, alg } = jwk;
  if (!kid || !alg) throw new KeyError(`${name} lacks kid or alg`);
  const key = await importJWK(jwk, alg).catch(() => undefined);
  if (!(key instanceof CryptoKey)) throw new KeyError(`${name} cannot be imported as ${alg}`);
  const { modulusLength } = key.algorithm as { modulusLength?: number };
  if (modulusLength !== undefined && modulusLength < 2048) throw new KeyError(`${name} is an RSA key under 2048 bits (RFC 7518 §3.3)`);
  return { kid, algorithm: alg, key };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function parse<T>(stored: string, name: string): T {
  try {
    return JSON.parse(stored) as T;
  } catch {
    throw new KeyError(`${name} is not JSON`);
  }
}
