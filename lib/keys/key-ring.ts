import { KeyError } from './key-error.ts';
import type { PublicJwk } from './key-set.ts';
import { isSecret } from './secret-key.ts';

/** A published key with the instants that decide its end, in seconds since 1970. Only rotations see those. */
export type PublishedKey = PublicJwk & { readonly published_at?: number; readonly retired_at?: number };

/**
 * The keys of a stage at one moment: the public half of the key that signs, of the one that signs next, and all
 * published keys. A published key that is neither of the two is a previous one.
 */
export type KeyRing = {
  readonly current: PublicJwk;
  readonly next?: PublicJwk | undefined;
  readonly published: readonly PublishedKey[];
};

/** The published key of this `kid`. */
export function publishedKey({ published }: KeyRing, kid: string | undefined): PublishedKey | undefined {
  return published.find((key) => key.kid === kid);
}

/** The keys that signed once; they stay published until their last token has expired. */
export function previousKeys({ current, next, published }: KeyRing): PublishedKey[] {
  return published.filter(({ kid }) => kid !== current.kid && kid !== next?.kid);
}

/** The size limit of a standard-tier parameter, in bytes: five public RSA keys of 3072 bits, or fourteen for ES256. */
const roomBytes = 4096;

/**
 * The published keys as they are stored: the public ones or, with `ofSecrets`, the secrets. Throws KeyError if they are
 * larger than 4096 bytes.
 */
export function publishedText({ published }: Pick<KeyRing, 'published'>, ofSecrets = false): string {
  const keys = published.filter((key) => isSecret(key) === ofSecrets);
  const text = JSON.stringify({ keys });
  const bytes = Buffer.byteLength(text);
  if (bytes <= roomBytes) return text;
  throw new KeyError(`${keys.length} published keys take ${bytes} bytes, and there is room for ${roomBytes}: one has to go first`);
}
