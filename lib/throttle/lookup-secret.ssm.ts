import type { SSMClient } from '@aws-sdk/client-ssm';
import { keptSeconds, ParameterError, parameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { parseLookupSecrets, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { reloading } from '#lib/reloading.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/**
 * The lookup secret from Parameter Store: `lookup-secret` below `KEYS_PATH`, a SecureString that `parseLookupSecrets`
 * reads. It is read once an instance and again every five minutes; if Parameter Store cannot be reached, the values that
 * were read are used for an hour at most (`reloading`).
 */
export function ssmLookupSecret({ KEYS_PATH: path }: Pick<Settings, 'KEYS_PATH'>, client: SSMClient = ssm()): ReadLookupSecrets {
  return reloading(
    async () => {
      const secrets = parseLookupSecrets(await parameter(client, `${path}/lookup-secret`));
      if (!secrets) throw new ParameterError('lookup-secret is shorter than 32 bytes, or of another version');
      return secrets;
    },
    keptSeconds,
    Date.now,
  );
}
