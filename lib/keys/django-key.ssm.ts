import type { SSMClient } from '@aws-sdk/client-ssm';
import { importJWK, type JWK } from 'jose';
import { optionalParameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { log } from '#lib/log.ts';
import { reloading } from '#lib/reloading.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { KeyError } from './key-error.ts';
import type { VerificationKey } from './key-set.ts';
import { importSecret, isSecret } from './secret-key.ts';

/**
 * Django's SECRET_KEY has 50 characters for every hash. Its tokens are only accepted until they expire, so 32 bytes do
 * even for a longer hash.
 */
const leastBytes = 32;
const name = 'django-signing-key';

/**
 * Loads the key of the former Django project from the parameter `django-signing-key` (SecureString, a JWK: the secret,
 * or the public half of a key pair). The function is undefined if the stage accepts none of its tokens. The key is
 * undefined if the parameter is missing; that is logged.
 */
export function ssmDjangoKey(
  { KEYS_PATH: path, KEY_CACHE: keptSeconds, DJANGO_ALGORITHM }: Pick<Settings, 'KEYS_PATH' | 'KEY_CACHE' | 'DJANGO_ALGORITHM'>,
  client: SSMClient = ssm(),
): (() => Promise<VerificationKey | undefined>) | undefined {
  if (!DJANGO_ALGORITHM) return undefined;
  return reloading(
    async () => {
      const stored = await optionalParameter(client, `${path}/${name}`);
      if (stored) return await importDjangoKey(stored, DJANGO_ALGORITHM);
      log.warn('django_key_missing', { parameter: `${path}/${name}` });
      return undefined;
    },
    keptSeconds,
    Date.now,
  );
}

/** The key in a stored JWK. Throws KeyError if it is for another algorithm, or if it is a private key. */
export async function importDjangoKey(stored: string, algorithm: string): Promise<VerificationKey> {
  const jwk = JSON.parse(stored) as JWK;
  if (jwk.alg !== algorithm) throw new KeyError(`${name} is for ${jwk.alg}, and DJANGO_ALGORITHM is ${algorithm}`);
  const key = isSecret(jwk) ? await importSecret(jwk, name, leastBytes) : await importJWK(jwk, algorithm);
  if (!(key instanceof CryptoKey) || jwk.d !== undefined) throw new KeyError(`${name} is no key to verify ${algorithm} with`);
  return { kid: name, algorithm, key };
}
