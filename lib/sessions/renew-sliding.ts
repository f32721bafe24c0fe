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
 * A sliding token made anew, for as long as its `refresh_exp` allows. It has to be good still, as simplejwt wants it, and its session
 * alive; any number at once may ask, and each gets the same token from its own moment on. Throws `token_not_valid`, and
 * `no_active_account` where the user is gone or inactive.
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

/** Until when a token can be renewed. No leeway here: what is made anew never outlives it, and would be dead at its birth. */
function refreshExpOf({ refresh_exp: until }: Claims, { refreshExp: claim }: ClaimNames, now: Date): number {
  if (until !== undefined && until > epochSeconds(now)) return until;
  const detail = until === undefined ? 'token_claim_missing' : 'token_claim_expired';
  throw new Problem('token_not_valid', { detail, values: { claim }, reason: `refresh_exp is ${until === undefined ? 'missing' : 'over'}` });
}
