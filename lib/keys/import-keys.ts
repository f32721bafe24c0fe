import { importJWK, type JWK } from 'jose';
import { KeyError } from './key-error.ts';
import type { KeySet, PublicKeys, SigningKey } from './key-set.ts';
import { importSecret, isSecret } from './secret-key.ts';

/** The private key or secret in a stored JWK. Throws KeyError. */
export async function importSigningKey(stored: string): Promise<SigningKey> {
  const jwk = parse<JWK>(stored, 'signing-key');
  if (!isObject(jwk) || !(jwk.d || isSecret(jwk))) throw new KeyError('signing-key is not a private key');
  return await importKey(jwk, 'signing-key');
}

/** The keys of a parsed set, secrets included. Throws KeyError if it is empty or has a `kid` twice. */
export async function importKeySet(published: PublicKeys): Promise<KeySet> {
  const keys = await Promise.all(published.keys.map((jwk) => importKey(jwk, isSecret(jwk) ? 'verification-secrets' : 'verification-keys')));
  if (keys.length === 0) throw new KeyError('verification-keys holds no key');
  const byId = new Map(keys.map((key) => [key.kid, key]));
  if (byId.size < keys.length) throw new KeyError('verification-keys holds two keys of one kid');
  return byId;
}

/** The set of public keys. Throws KeyError if it holds a private key. */
export function parsePublicKeys(stored: string): PublicKeys {
  const published = parseSet(stored, 'verification-keys');
  if (published.keys.some((jwk: JWK) => jwk.d !== undefined || jwk.k !== undefined || isSecret(jwk)))
    throw new KeyError('verification-keys holds a private key');
  return published;
}

/** The set of secrets, which only functions that verify may read. Throws KeyError if it holds another kind of key. */
export function parseSecrets(stored: string): PublicKeys {
  const secrets = parseSet(stored, 'verification-secrets');
  if (!secrets.keys.every(isSecret)) throw new KeyError('verification-secrets holds what is no secret');
  return secrets;
}

function parseSet(stored: string, name: string): PublicKeys {
  const set = parse<PublicKeys>(stored, name);
  if (!isObject(set) || !Array.isArray(set.keys) || !set.keys.every(isObject)) throw new KeyError(`${name} is no JWK set`);
  return set;
}

/** The key in a JWK; errors call it `name`. Throws KeyError. */
export async function importKey(jwk: JWK, name: string): Promise<SigningKey> {
  const { kid, alg } = jwk;
  if (!kid || !alg) throw new KeyError(`${name} lacks kid or alg`);
  if (isSecret(jwk)) return { kid, algorithm: alg, key: await importSecret(jwk, name) };
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
