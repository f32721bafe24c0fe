import { epochSeconds } from '#lib/duration.ts';
import type { SigningKey } from '#lib/keys/key-set.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import type { Session } from './session.ts';

/** One token that is shown to open doors, and traded in for a later one before it expires; `added` is what hooks.ts adds to the answer. */
export type SlidingToken = { readonly token: string; readonly added: Readonly<Record<string, unknown>> };

export type SlidingSigning = {
  readonly signingKey: () => Promise<SigningKey>;
  readonly rules: TokenRules;
  readonly slidingSeconds: number;
};

/**
 * When a sliding token made now expires: never after its `refresh_exp`, which simplejwt lets it outlive. In seconds since 1970.
 */
export function slidingExpiry({ slidingSeconds }: Pick<SlidingSigning, 'slidingSeconds'>, refreshExp: number, now: Date): number {
  return Math.min(epochSeconds(now) + slidingSeconds, refreshExp);
}

/** The sliding token of a session, from now on. However often it is made anew, it is the same one: its `jti` and `refresh_exp` stay. */
export async function signSliding(
  signing: SlidingSigning,
  { userId: user_id, sid, jti, epoch }: Session,
  refreshExp: number,
  now: Date,
  { known_as, roles, ability, custom }: Personal,
): Promise<string> {
  const life = { exp: slidingExpiry(signing, refreshExp, now), iat: epochSeconds(now) };
  const user = { user_id, ...(known_as !== undefined && { known_as }) };
  const claims = { token_type: 'sliding', ...life, jti, refresh_exp: refreshExp, ...user, sid, epoch, roles, ability } as const;
  return await signToken(await signing.signingKey(), signing.rules, claims, custom);
}
