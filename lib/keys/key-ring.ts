import { KeyError } from './key-error.ts';
import type { PublicJwk } from './key-set.ts';
import { isSecret } from './secret-key.ts';

/** A key that is published, and the instants that decide its fate, in seconds since 1970. Nobody but a rotation sees those. */
export type PublishedKey = PublicJwk & { readonly published_at?: number; readonly retired_at?: number };

/**
 * The keys of a stage at one moment: the public half of what signs, of what will sign next, and what is published. A published
 * key that is neither of the two is a previous one.
 */
export type KeyRing = {
  readonly current: PublicJwk;
  readonly next?: PublicJwk | undefined;
  readonly published: readonly PublishedKey[];
};

/** The key of a name among the published. */
export function publishedKey({ published }: KeyRing, kid: string | undefined): PublishedKey | undefined {
  return published.find((key) => key.kid === kid);
}

/** The keys that signed once and are published until their last token is dead. */
export function previousKeys({ current, next, published }: KeyRing): PublishedKey[] {
  return published.filter(({ kid }) => kid !== current.kid && kid !== next?.kid);
}

/** What a parameter of the standard tier holds at most, in bytes: five public RSA keys of 3072 bits, fourteen for ES256. */
const roomBytes = 4096;

/**
 * The published keys as they are stored: those for everybody to see, or, where secrets are asked for, those that only functions which
 * verify are shown. Throws a KeyError where they take more room than there is.
 */
export function publishedText({ published }: Pick<KeyRing, 'published'>, ofSecrets = false): string {
  const keys = published.filter((key) => isSecret(key) === ofSecrets);
  const text = JSON.stringify({ keys });
  const bytes = Buffer.byteLength(text);
  if (bytes <= roomBytes) return text;
  throw new KeyError(`${keys.length} published keys take ${bytes} bytes, and there is room for ${roomBytes}: one has to go first`);
}
