import type { SSMClient } from '@aws-sdk/client-ssm';
import { keptSeconds, ParameterError, parameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { reloading } from '#lib/reloading.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/**
 * The key of the HMACs in counters' keys, from Parameter Store: `lookup-secret` below `KEYS_PATH`, a SecureString of 32
 * random bytes in base64url. It is read once an instance and again every five minutes.
 */
export function ssmLookupSecret({ KEYS_PATH: path }: Pick<Settings, 'KEYS_PATH'>, client: SSMClient = ssm()): () => Promise<Uint8Array> {
  return reloading(
    async () => {
      const secret = Buffer.from(await parameter(client, `${path}/lookup-secret`), 'base64url');
      if (secret.length < 32) throw new ParameterError('lookup-secret is shorter than 32 bytes');
      return secret;
    },
    keptSeconds,
    Date.now,
  );
}
