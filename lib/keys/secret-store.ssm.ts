import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { parameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { SecretStore } from './secret-store.ts';

/** `lookup-secret` below `KEYS_PATH` in Parameter Store, a SecureString. Functions read it with `ssmLookupSecret`. */
export function ssmSecretStore({ KEYS_PATH: path }: Pick<Settings, 'KEYS_PATH'>, client: SSMClient = ssm()): SecretStore {
  const Name = `${path}/lookup-secret`;
  return {
    readSecret: async () => await parameter(client, Name),
    async keepSecret(Value) {
      await client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
    },
  };
}
