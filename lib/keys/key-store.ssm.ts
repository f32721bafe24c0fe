import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ssm } from '#lib/aws/ssm.ts';
import { fresh } from './fresh.ts';
import { importKeySet, importSigningKey, KeyError, parsePublicKeys } from './import-keys.ts';
import type { LookupSecretStore, SigningKeyStore, VerificationKeyStore } from './key-store.ts';

/** How long a running function goes on with the keys it has read. */
const keptSeconds = 300;

/**
 * Keys in Systems Manager's Parameter Store, in the standard tier, which costs nothing.
 *
 * | parameter below `path` | type | holds | read by |
 * |---|---|---|---|
 * | `signing-key` | SecureString | the private JWK, with `kid` and `alg` | functions that sign |
 * | `verification-keys` | String | `{"keys": […]}`, public JWKs | functions that verify or publish |
 * | `lookup-secret` | SecureString | 32 random bytes, base64url | functions that count tries |
 *
 * Each is one GetParameter at the first request of an instance and every five minutes after; none in between.
 */
async function parameter(client: SSMClient, name: string): Promise<string> {
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const { Parameter } = await client.send(command).catch((error: Error) => {
    if (error.name !== 'ParameterNotFound') throw error;
    throw new KeyError(`${name} is not there: \`npm run keys:create -- --stage …\` makes it`);
  });
  if (!Parameter?.Value) throw new KeyError(`${name} is empty`);
  return Parameter.Value;
}

export function ssmSigningKeyStore(path: string, client: SSMClient = ssm()): SigningKeyStore {
  return { signingKey: fresh(async () => await importSigningKey(await parameter(client, `${path}/signing-key`)), keptSeconds) };
}

export function ssmVerificationKeyStore(path: string, client: SSMClient = ssm()): VerificationKeyStore {
  const published = fresh(async () => parsePublicKeys(await parameter(client, `${path}/verification-keys`)), keptSeconds);
  return { published, keySet: fresh(async () => await importKeySet(await published()), keptSeconds) };
}

export function ssmLookupSecretStore(path: string, client: SSMClient = ssm()): LookupSecretStore {
  const load = async () => {
    const secret = Buffer.from(await parameter(client, `${path}/lookup-secret`), 'base64url');
    if (secret.length < 32) throw new KeyError('lookup-secret is shorter than 32 bytes');
    return secret;
  };
  return { lookupSecret: fresh(load, keptSeconds) };
}
