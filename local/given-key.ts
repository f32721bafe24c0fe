import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { importDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { importSigningKey } from '#lib/keys/import-keys.ts';
import { KeyError } from '#lib/keys/key-error.ts';
import { namedSecret } from '#lib/keys/new-key.ts';
import { hashBytes, isSecret } from '#lib/keys/secret-key.ts';
import { publicKeyIn } from '#lib/public-key.ts';
import { Refusal } from './refusal.ts';

/** A given key that cannot be used. The message says why. */
export class UnfitKey extends Refusal {}

/** A given key. Throws an UnfitKey that names its source, a setting or a file, if it cannot be used. */
export async function keyFrom(source: string, given: Promise<string>): Promise<string> {
  return await given.catch((error: Error) => {
    throw error instanceof Refusal ? new UnfitKey(`${source} cannot be used. ${error.message}`) : error;
  });
}

/**
 * A given key in the stored form for signing: PEM, JWK or, for HS, the text of the secret. Throws a Refusal that says
 * why it cannot be used and never shows it.
 */
export async function givenSigningKey(text: string, algorithm: string): Promise<string> {
  const jwk = secretOrPrivate(text, algorithm);
  const kid = jwk.kid ?? (isSecret(jwk) ? undefined : await calculateJwkThumbprint(jwk));
  const longest = isSecret(jwk) ? 32 : 43; // the length of keys made here, which the maximum length of tokens counts on
  if (kid && !(kid.length <= longest && /^[\w.-]+$/.test(kid))) throw new Refusal(`Its kid must have at most ${longest} plain characters.`);
  const stored = JSON.stringify({ ...jwk, ...(kid && { kid }), use: 'sig' });
  await importSigningKey(stored).catch(unfit(algorithm));
  return stored;
}

/** The key of a Django project in the stored form for verifying: the secret, or the public half of a key pair. */
export async function givenDjangoKey(text: string, algorithm: string): Promise<string> {
  const jwk = hashBytes(algorithm) ? secretOrPrivate(text, algorithm) : (publicKeyIn(text) ?? publicHalf(secretOrPrivate(text, algorithm)));
  const stored = JSON.stringify({ ...jwk, alg: algorithm });
  await importDjangoKey(stored, algorithm).catch(unfit(algorithm));
  return stored;
}

function secretOrPrivate(text: string, algorithm: string): JWK {
  const plain = text.replace(/\r?\n$/, '');
  const jwk = jwkIn(plain) ?? namedSecret(Buffer.from(plain), algorithm);
  if (jwk.alg !== undefined && jwk.alg !== algorithm) throw new Refusal(`The key is for ${jwk.alg}, and the algorithm is ${algorithm}.`);
  const wants = hashBytes(algorithm) ? 'a secret' : 'a private key as PEM or JWK';
  if (isSecret(jwk) !== (hashBytes(algorithm) !== undefined) || !(jwk.d || jwk.k)) throw new Refusal(`${algorithm} wants ${wants}.`);
  return isSecret(jwk) && !jwk.kid ? namedSecret(Buffer.from(jwk.k ?? '', 'base64url'), algorithm) : { ...jwk, alg: algorithm };
}

/** Undefined for the text of a secret, which is neither PEM nor JWK. */
function jwkIn(text: string): JWK | undefined {
  const plain = text.trim().replaceAll('\\n', '\n');
  try {
    if (plain.startsWith('-----BEGIN')) return createPrivateKey(plain).export({ format: 'jwk' }) as JWK;
    return plain.startsWith('{') ? (JSON.parse(plain) as JWK) : undefined;
  } catch {
    throw new Refusal('It is neither a private key in PEM nor a JWK.');
  }
}

function publicHalf(jwk: JWK): JsonWebKey {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open } = jwk;
  const half = publicKeyIn(JSON.stringify(open));
  if (!half) throw new Refusal(`The key does not fit ${jwk.alg}, or is too weak.`);
  return half;
}

/** Throws a Refusal with the fault. It replaces the name that the key would be stored under. */
function unfit(algorithm: string) {
  return (error: Error): never => {
    const reason = error instanceof KeyError ? error.message.replace(/^[a-z-]+-key\b/, 'It') : `It is no key for ${algorithm}`;
    throw new Refusal(`${reason}.`);
  };
}
