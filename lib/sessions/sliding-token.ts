import { epochSeconds } from '#lib/duration.ts';
import type { SigningKey } from '#lib/keys/key-set.ts';
import type { Personal } from '#lib/tokens/personal.ts';
import { signToken } from '#lib/tokens/sign-token.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import type { Session } from './session.ts';

/** A token that is used like an access token and renewed before it expires; `added` are the fields of hooks.ts. */
export type SlidingToken = { readonly token: string; readonly added: Readonly<Record<string, unknown>> };

/** What it takes to sign sliding tokens. */
export type SlidingSigning = {
  readonly signingKey: () => Promise<SigningKey>;
  readonly rules: TokenRules;
  readonly slidingSeconds: number;
};

/** When a sliding token made now expires, in seconds since 1970: never after `refresh_exp`, unlike in simplejwt. */
export function slidingExpiry({ slidingSeconds }: Pick<SlidingSigning, 'slidingSeconds'>, refreshExp: number, now: Date): number {
  return Math.min(epochSeconds(now) + slidingSeconds, refreshExp);
}

/** A session's sliding token, issued now. Every renewal keeps its `jti` and `refresh_exp`. */
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
