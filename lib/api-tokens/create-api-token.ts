import { epochSeconds } from '#lib/duration.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import type { Account } from '#lib/users/user.ts';
import { type ApiToken, isAlive, placeNamed, placeOf } from './api-token.ts';
import type { ApiTokenStore } from './api-token-store.ts';
import { newTokenText } from './token-text.ts';

type Needs = {
  readonly tokens: Pick<ApiTokenStore, 'add' | 'list'>;
  /** How many tokens a user may have. */
  readonly most: number;
  /** The longest lifetime, in seconds; 0: for ever. */
  readonly longestSeconds: number;
  readonly now: () => Date;
  /** A random whole number below another: which of the free places is taken. */
  readonly pickBelow: (end: number) => number;
};
type Wish = { readonly name?: string | undefined; readonly expires_in?: number | undefined };

/** A new token and its text, which is never shown again. */
export type CreatedApiToken = { readonly token: ApiToken; readonly text: string };

/** How often another place is tried. Of fifty calls at once, each round serves two in three. */
const tries = 12;

/**
 * Makes an API token for a user who has proved who they are. A user has a limited number of places, and one conditional
 * write takes each, so the limit holds for any number of calls at once. Throws `too_many_api_tokens`, and
 * `validation_failed` if the requested lifetime is too long.
 */
export async function createApiToken(needs: Needs, account: Pick<Account, 'id' | 'tokenEpoch'>, wish: Wish): Promise<CreatedApiToken> {
  const lifeSeconds = lifetime(needs.longestSeconds, wish.expires_in);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const now = needs.now();
    const held = (await needs.tokens.list(account.id)).filter((token) => isAlive(token, account.tokenEpoch, now));
    const free = freePlaces(held, needs.most);
    const place = free[needs.pickBelow(Math.max(1, free.length))];
    if (held.length >= needs.most || place === undefined) {
      throw new Problem('too_many_api_tokens', { values: { limit: needs.most }, reason: 'every place is taken' });
    }
    const id = `${place}${randomId().slice(place.length)}`;
    const { text, hash } = newTokenText({ userId: account.id, id });
    const createdAt = epochSeconds(now);
    const token = {
      userId: account.id,
      id,
      hash,
      name: wish.name ?? '',
      epoch: account.tokenEpoch,
      createdAt,
      ...(lifeSeconds > 0 && { expiresAt: createdAt + lifeSeconds }),
    };
    const event = { id: uuidv7(now), type: 'api_token_created', userId: account.id, about: id, at: now } as const;
    if ((await needs.tokens.add(token, event, now)) === 'added') return { token, text };
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'places are being taken by others' });
}

function lifetime(longestSeconds: number, wanted: number | undefined): number {
  if (longestSeconds > 0 && wanted !== undefined && wanted > longestSeconds) {
    throw new Problem('validation_failed', { errors: { expires_in: [{ phrase: 'too_large', values: { limit: longestSeconds } }] } });
  }
  return wanted ?? longestSeconds;
}

function freePlaces(held: readonly ApiToken[], most: number): string[] {
  const taken = new Set(held.map(placeOf));
  return Array.from({ length: most }, (_, number) => placeNamed(number)).filter((place) => !taken.has(place));
}
