import type { SSMClient } from '@aws-sdk/client-ssm';
import { optionalParameter, parameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { reloading } from '#lib/reloading.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { importKeySet, importSigningKey, parsePublicKeys, parseSecrets } from './import-keys.ts';
import { KeyError } from './key-error.ts';
import type { KeyStore } from './key-store.ts';
import { hashBytes } from './secret-key.ts';
import { type SecretsTaken, secretsNotTaken, takesSecrets } from './secrets-taken.ts';

type Place = Pick<Settings, 'KEYS_PATH' | 'KEY_CACHE'> & SecretsTaken;

/**
 * Keys in Systems Manager's Parameter Store, in the standard tier, which costs nothing.
 *
 * | parameter below `path` | type | holds | read by |
 * |---|---|---|---|
 * | `signing-key` | SecureString | the private JWK, with `kid` and `alg` | functions that sign |
 * | `verification-keys` | String | `{"keys": […]}`, public JWKs | functions that verify or publish |
 * | `verification-secrets` | SecureString | the same of HS keys, if the stage accepts HS tokens | functions that verify |
 *
 * Each is one GetParameter at the first request of an instance, and again once it is KEY_CACHE old.
 * `rotation-store.ssm.ts` has the parameters that only rotations use.
 */
export function ssmKeyStore(settings: Place, client: SSMClient = ssm()): KeyStore {
  const { KEYS_PATH: path, KEY_CACHE: keptSeconds } = settings;
  const published = async () => parsePublicKeys(await parameter(client, `${path}/verification-keys`));
  const secrets = async () => {
    const stored = takesSecrets(settings) ? await optionalParameter(client, `${path}/verification-secrets`) : undefined;
    return stored === undefined ? { keys: [] } : parseSecrets(stored);
  };
  const keySet = async () => {
    const sets = await Promise.all([published(), secrets()]);
    return await importKeySet({ keys: sets.flatMap(({ keys }) => keys) });
  };
  const signingKey = async () => {
    const key = await importSigningKey(await parameter(client, `${path}/signing-key`));
    if (hashBytes(key.algorithm) && !takesSecrets(settings)) throw new KeyError(secretsNotTaken);
    return key;
  };
  return {
    published: reloading(published, keptSeconds, Date.now),
    keySet: reloading(keySet, keptSeconds, Date.now),
    signingKey: reloading(signingKey, keptSeconds, Date.now),
  };
}
