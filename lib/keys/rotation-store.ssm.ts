import { GetParameterCommand, type Parameter, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { parameter } from '#lib/aws/parameter.ts';
import { ssm } from '#lib/aws/ssm.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { RotationStore } from './rotation-store.ts';
import { type SecretsTaken, takesSecrets } from './secrets-taken.ts';

/**
 * The keys in Parameter Store, as rotations use them. `key-store.ssm.ts` has what other functions read.
 *
 * | parameter below `path` | type | holds | written by |
 * |---|---|---|---|
 * | `signing-key` | SecureString | the private JWK that signs | `keepSigning` |
 * | `next-signing-key` | SecureString | the private JWK that signs next | `keepNext` |
 * | `verification-keys` | String | public JWKs, with `published_at` and `retired_at` in seconds | `publish` |
 * | `verification-secrets` | SecureString | the same of HS keys, if the stage accepts HS tokens | `publishSecrets` |
 * | `key-rotation` | String | `{"until": seconds}`: a rotation has the keys until then | `claim`, `release` |
 *
 * Parameter Store has no conditional write, but it counts versions: of all callers that read version n and write,
 * exactly one is told n + 1, and that one has the claim. A lost answer looks like a lost claim, which is safe.
 */
export function ssmRotationStore(settings: Place, client: SSMClient = ssm()): RotationStore {
  const { KEYS_PATH: path } = settings;
  const claimName = `${path}/key-rotation`;
  const put = async (name: string, Value: string, Type: 'String' | 'SecureString') => {
    const { Version } = await client.send(new PutParameterCommand({ Name: `${path}/${name}`, Value, Type, Overwrite: true }));
    return Version;
  };
  return {
    async read() {
      const reads = [
        parameter(client, `${path}/signing-key`),
        parameter(client, `${path}/verification-keys`),
        found(client, `${path}/next-signing-key`),
        takesSecrets(settings) ? found(client, `${path}/verification-secrets`).then((kept) => kept?.Value ?? noKeys) : undefined,
      ] as const;
      // If several are missing, the first of this list is named, whichever answer comes first.
      await Promise.allSettled(reads);
      const [signing, published, next, secrets] = await Promise.all(reads);
      return { signing, published, next: next?.Value, secrets };
    },
    async claim(now, until) {
      const before = await found(client, claimName);
      if (claimedUntil(before) > epochSeconds(now)) return 'busy';
      const version = await (before ? put('key-rotation', claim(epochSeconds(until)), 'String') : claimFirst(client, claimName, until));
      return version === (before?.Version ?? 0) + 1 ? 'claimed' : 'busy';
    },
    async release() {
      await put('key-rotation', claim(0), 'String');
    },
    async keepNext(jwk) {
      await put('next-signing-key', jwk, 'SecureString');
    },
    async keepSigning(jwk) {
      await put('signing-key', jwk, 'SecureString');
    },
    async publish(keys) {
      await put('verification-keys', keys, 'String');
    },
    async publishSecrets(keys) {
      await put('verification-secrets', keys, 'SecureString');
    },
  };
}

type Place = Pick<Settings, 'KEYS_PATH'> & SecretsTaken;

const noKeys = '{"keys":[]}';
const claim = (until: number) => JSON.stringify({ until });

/** Without Overwrite the first write is conditional. */
async function claimFirst(client: SSMClient, Name: string, until: Date): Promise<number | undefined> {
  const command = new PutParameterCommand({ Name, Value: claim(epochSeconds(until)), Type: 'String' });
  return await client.send(command).then(({ Version }) => Version, unless('ParameterAlreadyExists'));
}

async function found(client: SSMClient, Name: string): Promise<Parameter | undefined> {
  const command = new GetParameterCommand({ Name, WithDecryption: true });
  return await client.send(command).then(({ Parameter }) => Parameter, unless('ParameterNotFound'));
}

const unless = (name: string) => (error: Error) => {
  if (error.name !== name) throw error;
  return undefined;
};

function claimedUntil(parameter: Parameter | undefined): number {
  const [, until] = /^\{"until":(\d+)\}$/.exec(parameter?.Value ?? '') ?? [];
  return Number(until ?? 0);
}
