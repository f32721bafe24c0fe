/**
 * One value of the lookup secret. Keys for codes, links, cursors, captchas, challenges and counters derive from it
 * (`derivedKey`); the value itself is the key of nothing.
 */
export type LookupSecret = {
  /** At least 32 random bytes. */
  readonly bytes: Uint8Array;
  /** From when new things are made with it, in seconds since 1970. 0: from the beginning. */
  readonly from: number;
};

/** Every value that checks accept, the newest first. There are two during a rotation: made and accepted are different. */
export type LookupSecrets = readonly [LookupSecret, ...LookupSecret[]];

/** Reads the values that hold now. */
export type ReadLookupSecrets = () => Promise<LookupSecrets>;

/**
 * The value that new things are made with at an instant, in seconds since 1970, and then the others that checks accept.
 * The instant alone decides, so all functions change over together, however long ago they read the secret.
 */
export function makingFirst(secrets: LookupSecrets, at: number): LookupSecrets {
  const making = makingSecret(secrets, at);
  return [making, ...secrets.filter((secret) => secret !== making)];
}

/** The value that new things are made with at an instant, in seconds since 1970. */
export function makingSecret(secrets: LookupSecrets, at: number): LookupSecret {
  return secrets.find(({ from }) => from <= at) ?? oldest(secrets);
}

const oldest = (secrets: LookupSecrets): LookupSecret => secrets.at(-1) ?? secrets[0];

/**
 * Reads the stored text: one value as base64url, as `keys:create` writes it, or JSON `{"secrets":[{"secret","from"}]}`
 * after a rotation. Undefined if it is neither, or a value is shorter than 32 bytes.
 */
export function parseLookupSecrets(text: string): LookupSecrets | undefined {
  if (!text.startsWith('{')) return ordered([{ secret: text, from: 0 }]);
  try {
    const { secrets } = JSON.parse(text) as { secrets?: unknown };
    return Array.isArray(secrets) ? ordered(secrets) : undefined;
  } catch {
    return undefined;
  }
}

/** The text that `parseLookupSecrets` reads. */
export function lookupSecretsText(secrets: LookupSecrets): string {
  return JSON.stringify({ secrets: secrets.map(({ bytes, from }) => ({ secret: Buffer.from(bytes).toString('base64url'), from })) });
}

const leastBytes = 32;

function ordered(stored: readonly Readonly<Record<string, unknown>>[]): LookupSecrets | undefined {
  const secrets = stored.map((each) => ({ bytes: Buffer.from(String(each?.['secret']), 'base64url'), from: Number(each?.['from']) }));
  if (secrets.some(({ bytes, from }) => bytes.length < leastBytes || !Number.isSafeInteger(from) || from < 0)) return undefined;
  const [first, ...others] = secrets.toSorted((one, other) => other.from - one.from);
  return first && [first, ...others];
}
