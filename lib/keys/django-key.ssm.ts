import type { SSMClient } from '@aws-sdk/client-ssm';
import { importJWK, type JWK } from 'jose';
import { optionalParameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { fresh } from '#lib/fresh.ts';
import { log } from '#lib/log.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { KeyError } from './key-error.ts';
import type { VerificationKey } from './key-set.ts';
import { importSecret, isSecret } from './secret-key.ts';

/** Django makes a SECRET_KEY of 50 characters, for whichever hash: its tokens only die out, so this will do where a hash wants more. */
const leastBytes = 32;
const name = 'django-signing-key';

/**
 * What the Django project before signed with, in the parameter `django-signing-key` (SecureString, a JWK: the secret, or of a key pair the
 * public half); undefined on a stage that honours no tokens of it, or where it is not there, which the log is told.
 */
export function ssmDjangoKey(
  { KEYS_PATH: path, KEY_CACHE: keptSeconds, DJANGO_ALGORITHM }: Pick<Settings, 'KEYS_PATH' | 'KEY_CACHE' | 'DJANGO_ALGORITHM'>,
  client: SSMClient = ssm(),
): (() => Promise<VerificationKey | undefined>) | undefined {
  if (!DJANGO_ALGORITHM) return undefined;
  return fresh(async () => {
    const stored = await optionalParameter(client, `${path}/${name}`);
    if (stored) return await importDjangoKey(stored, DJANGO_ALGORITHM);
    log.warn('django_key_missing', { parameter: `${path}/${name}` });
    return undefined;
  }, keptSeconds);
}

/** The key in a JWK that is stored. Throws KeyError where it is of another algorithm, or private. */
export async function importDjangoKey(stored: string, algorithm: string): Promise<VerificationKey> {
  const jwk = JSON.parse(stored) as JWK;
  if (jwk.alg !== algorithm) throw new KeyError(`${name} is for ${jwk.alg}, and DJANGO_ALGORITHM is ${algorithm}`);
  const key = isSecret(jwk) ? await importSecret(jwk, name, leastBytes) : await importJWK(jwk, algorithm);
  if (!(key instanceof CryptoKey) || jwk.d !== undefined) throw new KeyError(`${name} is no key to verify ${algorithm} with`);
  return { kid: name, algorithm, key };
}
