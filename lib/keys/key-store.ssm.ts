import type { SSMClient } from '@aws-sdk/client-ssm';
import { parameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { fresh } from '#lib/fresh.ts';
import type { Settings } from '#lib/settings.ts';
import { importKeySet, importSigningKey, parsePublicKeys } from './import-keys.ts';
import type { KeyStore } from './key-store.ts';

/**
 * Keys in Systems Manager's Parameter Store, in the standard tier, which costs nothing.
 *
 * | parameter below `path` | type | holds | read by |
 * |---|---|---|---|
 * | `signing-key` | SecureString | the private JWK, with `kid` and `alg` | functions that sign |
 * | `verification-keys` | String | `{"keys": […]}`, public JWKs | functions that verify or publish |
 *
 * Each is one GetParameter at the first request of an instance and again when it is KEY_CACHE old; none in between. What a rotation
 * keeps there beside them is in `rotation-store.ssm.ts`.
 */
export function ssmKeyStore(
  { KEYS_PATH: path, KEY_CACHE: keptSeconds }: Pick<Settings, 'KEYS_PATH' | 'KEY_CACHE'>,
  client: SSMClient = ssm(),
): KeyStore {
  const published = async () => parsePublicKeys(await parameter(client, `${path}/verification-keys`));
  return {
    published: fresh(published, keptSeconds),
    keySet: fresh(async () => await importKeySet(await published()), keptSeconds),
    signingKey: fresh(async () => await importSigningKey(await parameter(client, `${path}/signing-key`)), keptSeconds),
  };
}
