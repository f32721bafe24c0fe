import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { PublishedKey } from '#lib/keys/key-ring.ts';
import { newSigningKey, publicHalf } from '#lib/keys/new-key.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Gateway } from '#local/gateway/gateway.ts';

/** The stage's keys themselves, for what no client can see or do: who signs, time that has passed. */
export function keysOf({ endpoints, template }: Gateway) {
  const [fn] = template.ofType<{ Environment: { Variables: Record<string, string> } }>('AWS::Lambda::Function');
  const path = fn?.properties.Environment.Variables['KEYS_PATH'] ?? '';
  const client = new SSMClient({ endpoint: endpoints.ssm, region: template.place.region, credentials: localCredentials });
  const read = async (name: string) =>
    (await client.send(new GetParameterCommand({ Name: `${path}/${name}`, WithDecryption: true }))).Parameter?.Value ?? '';
  const write = async (name: string, Value: string) => {
    await client.send(new PutParameterCommand({ Name: `${path}/${name}`, Value, Overwrite: true }));
  };
  return {
    signing: async () => (JSON.parse(await read('signing-key')) as { kid: string }).kid,
    published: async () => (JSON.parse(await read('verification-keys')) as { keys: PublishedKey[] }).keys,
    /** All of them, as they lie there. */
    all: async () => await Promise.all(['signing-key', 'verification-keys', 'lookup-secret'].map(read)),
    /** The secret that counters and human checks are kept under. */
    lookupSecret: async () => Buffer.from(await read('lookup-secret'), 'base64url'),
    /** Makes all that ever happened to the keys happen that much earlier. */
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
    /** Publishes another key in place of all there are. */
    async replace() {
      const key = publicHalf(JSON.parse(await newSigningKey('ES256')));
      await write('verification-keys', JSON.stringify({ keys: [key] }));
    },
    /** Lets the claim of a rotation that died be over, without waiting for it. */
    endClaim: async () => await write('key-rotation', '{"until":0}'),
    close: () => client.destroy(),
  };
}
