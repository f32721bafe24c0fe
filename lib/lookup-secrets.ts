/**
 * One value of the lookup secret. Keys for codes, links, cursors, captchas, challenges and counters derive from it
 * (`derivedKey`); the value itself is the key of nothing.
 */
export type LookupSecret = {
  /** At least 32 random bytes. */
  readonly bytes: Uint8Array;
  /** From when new things are made with it, in seconds since 1970. 0: from the beginning. */
  readonly from: number;
  /** The keys of known devices that dropped values left, see `deviceKeys`. */
  readonly devices?: readonly DeviceKey[];
};

/** The key of known devices of a value that was dropped. It recognises texts, and makes none. */
type DeviceKey = {
  readonly key: Uint8Array;
  /** Until when a text made with it can be alive, in seconds since 1970. */
  readonly until: number;
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
 * Reads the stored text: one value as base64url, as `keys:create` writes it, or JSON `{"secrets":[{"secret","from",
 * "devices"?:[{"key","until"}]}]}` after a rotation. Undefined if it is neither, or a value or key is shorter than 32 bytes.
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
  const written = secrets.map(({ bytes, from, devices = [] }) => ({
    ...{ secret: text(bytes), from },
    ...(devices.length > 0 && { devices: devices.map(({ key, until }) => ({ key: text(key), until })) }),
  }));
  return JSON.stringify({ secrets: written });
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

const leastBytes = 32;

type Row = Readonly<Record<string, unknown>>;

function ordered(rows: readonly Row[]): LookupSecrets | undefined {
  const read = rows.map(secretIn);
  const secrets = read.filter((secret) => secret !== undefined);
  if (secrets.length < read.length) return undefined;
  const [first, ...others] = secrets.toSorted((one, other) => other.from - one.from);
  return first && [first, ...others];
}

function secretIn(row: Row): LookupSecret | undefined {
  const [bytes, from] = [bytesIn(row?.['secret']), instantIn(row?.['from'])];
  const rows: unknown = row?.['devices'] ?? [];
  if (!bytes || from === undefined || !Array.isArray(rows)) return undefined;
  const devices: DeviceKey[] = [];
  for (const device of rows as readonly Row[]) {
    const [key, until] = [bytesIn(device?.['key']), instantIn(device?.['until'])];
    if (!key || until === undefined) return undefined;
    devices.push({ key, until });
  }
  return { bytes, from, ...(devices.length > 0 && { devices }) };
}

function bytesIn(value: unknown): Buffer | undefined {
  const bytes = Buffer.from(String(value), 'base64url');
  return bytes.length < leastBytes ? undefined : bytes;
}

function instantIn(value: unknown): number | undefined {
  const seconds = Number(value);
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : undefined;
}
