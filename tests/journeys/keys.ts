import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { PublishedKey } from '#lib/keys/key-ring.ts';
import { newSigningKey, publicHalf } from '#lib/keys/new-key.ts';
import { parseLookupSecrets } from '#lib/lookup-secrets.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Gateway } from '#local/gateway/gateway.ts';

/** Direct access to the stage's keys, for what no client can see or do: the signing key's id, and time that has passed. */
export function keysOf({ endpoints, template }: Gateway) {
  const [fn] = template.ofType<{ Environment: { Variables: Record<string, string> } }>('AWS::Lambda::Function');
  const path = fn?.properties.Environment.Variables['KEYS_PATH'] ?? '';
  const client = new SSMClient({ endpoint: endpoints.ssm, region: template.place.region, credentials: localCredentials });
  const read = async (name: string) =>
    (await client.send(new GetParameterCommand({ Name: `${path}/${name}`, WithDecryption: true }))).Parameter?.Value ?? '';
  const write = async (name: string, Value: string) => {
    await client.send(new PutParameterCommand({ Name: `${path}/${name}`, Value, Overwrite: true }));
  };
  const lookupSecrets = async () => {
    const secrets = parseLookupSecrets(await read('lookup-secret'));
    if (!secrets) throw new Error('the stage has no lookup secret');
    return secrets;
  };
  return {
    signing: async () => (JSON.parse(await read('signing-key')) as { kid: string }).kid,
    published: async () => (JSON.parse(await read('verification-keys')) as { keys: PublishedKey[] }).keys,
    /** All parameters, as they are stored. */
    all: async () => await Promise.all(['signing-key', 'verification-keys', 'lookup-secret'].map(read)),
    /** The newest value of the lookup secret, from which the keys of counters and human checks derive. */
    lookupSecret: async () => (await lookupSecrets())[0],
    /** All values of it, the newest first. */
    lookupSecrets,
    /** Stores a text as the lookup secret. */
    setLookupSecret: async (text: string) => await write('lookup-secret', text),
    /** Moves every recorded event of the keys this many seconds into the past. */
    async age(seconds: number) {
      for (const name of ['verification-keys', 'verification-secrets']) {
        const text = await read(name).catch(() => '');
        if (text) {
          await write(
            name,
            text.replace(/(?<="(?:published|retired)_at":)\d+/g, (at) => String(Number(at) - seconds)),
          );
        }
      }
    },
    /** Publishes a new key instead of all published ones. */
    async replace() {
      const key = publicHalf(JSON.parse(await newSigningKey('ES256')));
      await write('verification-keys', JSON.stringify({ keys: [key] }));
    },
    /** Ends the claim of a rotation that crashed, without waiting. */
    endClaim: async () => await write('key-rotation', '{"until":0}'),
    close: () => client.destroy(),
  };
}
