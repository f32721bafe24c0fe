import { randomBytes } from 'node:crypto';
import { GetParametersCommand, ParameterAlreadyExists, type ParameterType, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { JWK } from 'jose';
import { newSigningKey, verifyingHalf } from '#lib/keys/new-key.ts';
import { isSecret } from '#lib/keys/secret-key.ts';
import { Refusal } from './refusal.ts';

const types = {
  'signing-key': 'SecureString',
  'verification-keys': 'String',
  'verification-secrets': 'SecureString',
  'lookup-secret': 'SecureString',
} as const satisfies Record<string, ParameterType>;
type Name = keyof typeof types;
const names = Object.keys(types) as Name[];

type Options = {
  /** The path in Parameter Store, such as `/gatehouse/prod`. */
  readonly path: string;
  /** The algorithm of a new key, as in RFC 7518, such as ES256. */
  readonly algorithm: string;
  readonly ssm: SSMClient;
  /** The private JWK to sign with, if one is given. */
  readonly signingKey?: string;
};

/**
 * Makes the missing keys of a stage and never changes existing ones. The private key is stored first, and the public
 * one is derived from the stored one. So an interrupted run, or two runs at once, end with a matching pair. Throws a
 * Refusal if the existing ones do not match.
 */
export async function createStageKeys({ path, algorithm, ssm, signingKey: given }: Options): Promise<'created' | 'existed'> {
  const stored = await read(ssm, path);
  if (stored.has('verification-keys') && !stored.has('signing-key')) {
    throw new Refusal(
      `${path}/verification-keys is there, but ${path}/signing-key is not: put it back, or delete the former to start anew.`,
    );
  }
  const keep = async (name: Name, make: () => Promise<string>) => stored.get(name) ?? (await putOnce(ssm, path, name, await make()));

  const signingKey = await keep('signing-key', async () => given ?? (await newSigningKey(algorithm)));
  const half = halfOf(signingKey, path);
  const open = await keep('verification-keys', async () => JSON.stringify({ keys: isSecret(half) ? [] : [half] }));
  const secrets = isSecret(half) ? await keep('verification-secrets', async () => JSON.stringify({ keys: [half] })) : '';
  if (!holds(secrets || open, half)) {
    const name = secrets ? 'verification-secrets' : 'verification-keys';
    throw new Refusal(`${path}/${name} does not match ${path}/signing-key: tokens would be refused.`);
  }
  await keep('lookup-secret', async () => randomBytes(32).toString('base64url'));
  const wanted = names.filter((name) => name !== 'verification-secrets' || secrets);
  return wanted.every((name) => stored.has(name)) ? 'existed' : 'created';
}

async function read(ssm: SSMClient, path: string): Promise<Map<Name, string>> {
  const { Parameters = [] } = await ssm.send(
    new GetParametersCommand({ Names: names.map((name) => `${path}/${name}`), WithDecryption: true }),
  );
  return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name.slice(path.length + 1) as Name, Value]));
}

/** Stores a value unless one exists, and returns the stored one: another process's if that was faster. */
async function putOnce(ssm: SSMClient, path: string, name: Name, value: string): Promise<string> {
  try {
    await ssm.send(new PutParameterCommand({ Name: `${path}/${name}`, Value: value, Type: types[name] }));
    return value;
  } catch (error) {
    if (!(error instanceof ParameterAlreadyExists)) throw error;
    return (await read(ssm, path)).get(name) ?? value;
  }
}

function halfOf(stored: string, path: string): JWK {
  const half = verifyingHalf(parse<JWK>(stored) ?? {});
  if (!half) throw new Refusal(`${path}/signing-key is not a private key that Gatehouse made.`);
  return half;
}

function holds(verificationKeys: string, { kid, x, n, k }: JWK): boolean {
  const keys = parse<{ keys?: JWK[] }>(verificationKeys)?.keys ?? [];
  return keys.some((key) => key.kid === kid && key.x === x && key.n === n && key.k === k);
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
