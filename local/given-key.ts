import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { importDjangoKey } from '#lib/keys/django-key.ssm.ts';
import { importSigningKey } from '#lib/keys/import-keys.ts';
import { KeyError } from '#lib/keys/key-error.ts';
import { namedSecret } from '#lib/keys/new-key.ts';
import { hashBytes, isSecret } from '#lib/keys/secret-key.ts';
import { publicKeyIn } from '#lib/public-key.ts';
import { Refusal } from './refusal.ts';

/** Says of a key that somebody brings that it will not do, and why. */
export class UnfitKey extends Refusal {}

/** A key that is given, and where it will not do, a refusal that names where it came from: a setting or a file. */
export async function keyFrom(source: string, given: Promise<string>): Promise<string> {
  return await given.catch((error: Error) => {
    throw error instanceof Refusal ? new UnfitKey(`${source} will not do. ${error.message}`) : error;
  });
}

/**
 * A key that somebody brings, as PEM, JWK or, for HS, the text of the secret, as it is stored to sign with. Throws a Refusal that says
 * why it will not do, and never what it is.
 */
export async function givenSigningKey(text: string, algorithm: string): Promise<string> {
  const jwk = secretOrPrivate(text, algorithm);
  const kid = jwk.kid ?? (isSecret(jwk) ? undefined : await calculateJwkThumbprint(jwk));
  const longest = isSecret(jwk) ? 32 : 43; // as long as those that are made here, which the length of tokens is reckoned with
  if (kid && !(kid.length <= longest && /^[\w.-]+$/.test(kid))) throw new Refusal(`Its kid has to be at most ${longest} plain characters.`);
  const stored = JSON.stringify({ ...jwk, ...(kid && { kid }), use: 'sig' });
  await importSigningKey(stored).catch(unfit(algorithm));
  return stored;
}

/** The key that a Django project signed with, as it is stored to verify with: the secret, or of a key pair the public half. */
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

/** Undefined where it is neither PEM nor JWK, and so a secret's text. */
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
  if (!half) throw new Refusal(`The key is not one for ${jwk.alg}, or too weak.`);
  return half;
}

/** Refuses with what is wrong, in place of the name that the key would be stored under. */
function unfit(algorithm: string) {
  return (error: Error): never => {
    const reason = error instanceof KeyError ? error.message.replace(/^[a-z-]+-key\b/, 'It') : `It is no key for ${algorithm}`;
    throw new Refusal(`${reason}.`);
  };
}
