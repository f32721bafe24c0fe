import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import type { User } from '#lib/users/user.ts';
import type { Session } from './session.ts';
import { type SlidingSigning, signSliding, slidingExpiry } from './sliding-token.ts';
import { type Signing, signPair, type TokenPair } from './token-pair.ts';

/** What it takes to make a session's new tokens. */
export type CarryingOn = Signing & Pick<SlidingSigning, 'slidingSeconds'>;

/** A session's new tokens: a pair, or a sliding token if it had one. */
export type NewTokens = { readonly pair: TokenPair } | { readonly token: string };

type Going = {
  readonly found: Session;
  readonly user: User;
  /** Whether the session's token is a sliding one. */
  readonly isSliding: boolean;
  readonly requestId: string;
};

/**
 * A session in its user's next token epoch, with its new tokens; nothing is written. The epoch voids its old tokens. If
 * epochs are not checked (CHECK_REVOKE_TOKEN=false), the session gets a new `sid`, so that the old one can be
 * blacklisted.
 */
export async function carryOn(
  needs: CarryingOn,
  { found, user, isSliding, requestId }: Going,
  now: Date,
): Promise<{ readonly next: Session; readonly tokens: NewTokens }> {
  const personal = await needs.personal(user);
  const { checks, leewaySeconds } = needs.rules;
  const next: Session = {
    ...found,
    sid: checks.epoch ? found.sid : randomId(),
    generation: found.generation + 1,
    jti: randomId(),
    epoch: user.tokenEpoch + 1,
    rotatedAtMs: now.getTime(),
    requestId,
    expiresAt: isSliding ? slidingExpiry(needs, found.endsAt, now) + leewaySeconds : epochSeconds(now) + found.idleSeconds,
  };
  if (isSliding) return { next, tokens: { token: await signSliding(needs, next, found.endsAt, now, personal) } };
  return { next, tokens: { pair: { ...(await signPair(needs, next, now, personal)), added: {} } } };
}
