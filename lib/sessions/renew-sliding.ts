import { epochSeconds } from '#lib/duration.ts';
import { Problem } from '#lib/problem.ts';
import { type ReadingSessionTokens, readSlidingToken } from '#lib/tokens/read-session-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { ClaimNames, Claims } from '#lib/tokens/token.ts';
import { prepareRenewal, type Renewing } from './prepare-renewal.ts';
import type { SessionStore } from './session-store.ts';
import { type SlidingSigning, type SlidingToken, signSliding, slidingExpiry } from './sliding-token.ts';

type Needs = SlidingSigning &
  Renewing &
  ReadingSessionTokens & {
    readonly sessions: Pick<SessionStore, 'renew'>;
    readonly now: () => Date;
  };

/**
 * Renews a sliding token, until its `refresh_exp` at most. As in simplejwt it must still be valid, and its session must
 * be alive. Any number of requests may renew at once; each gets the same token with its own time of issue. Throws
 * `token_not_valid`, and `no_active_account` if the user is gone or inactive.
 */
export async function renewSliding(needs: Needs, text: string): Promise<SlidingToken> {
  const now = needs.now();
  const claims = await readSlidingToken(needs, text, now);
  const renewableUntil = refreshExpOf(claims, needs.rules.names, now);
  const expiresAt = slidingExpiry(needs, renewableUntil, now) + needs.rules.leewaySeconds;
  const { user_id: userId, sid, jti } = claims;
  const renew = () => needs.sessions.renew({ userId, sid, jti, expiresAt, now });
  const { written: session, personal, added } = await prepareRenewal(needs, claims, now, renew);
  if (!session) throw refusalProblem({ refused: 'blacklisted', reason: 'the session is over' });
  return { token: await signSliding(needs, session, Math.min(renewableUntil, session.endsAt), now, personal), added };
}

/** Until when a token can be renewed, without leeway: a token that never outlives it would be dead when made. */
function refreshExpOf({ refresh_exp: until }: Claims, { refreshExp: claim }: ClaimNames, now: Date): number {
  if (until !== undefined && until > epochSeconds(now)) return until;
  const detail = until === undefined ? 'token_claim_missing' : 'token_claim_expired';
  throw new Problem('token_not_valid', { detail, values: { claim }, reason: `refresh_exp is ${until === undefined ? 'missing' : 'over'}` });
}
