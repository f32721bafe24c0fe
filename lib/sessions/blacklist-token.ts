import { type ReadingSessionTokens, readRefreshToken, readSlidingToken } from '#lib/tokens/read-session-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { StandingStore } from '#lib/tokens/standing-store.ts';
import { type SessionClaims, untraded } from '#lib/tokens/token.ts';
import { isSpent } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';
import { type Ending, endSession } from './end-session.ts';
import type { SessionStore } from './session-store.ts';

type Needs = Ending &
  ReadingSessionTokens & {
    readonly sessions: Pick<SessionStore, 'end' | 'spend'>;
    readonly standing: StandingStore;
    /** The fields that hooks.ts adds to the answer. */
    readonly addition: (user: User | undefined) => Promise<Readonly<Record<string, unknown>>>;
  };

/**
 * Revokes a refresh token (or a sliding one, by `type`) and ends its session; answers with the fields of hooks.ts.
 * Throws `token_not_valid`, also if the token is void already. A spent refresh token is not taken as a theft here and
 * ends nothing, because clients do blacklist the token that they have just exchanged. An inactive user's token can be
 * revoked too: the user may become active again.
 */
export async function blacklistToken(
  needs: Needs,
  text: string,
  type: 'refresh' | 'sliding' = 'refresh',
): Promise<Readonly<Record<string, unknown>>> {
  const now = needs.now();
  const claims = type === 'refresh' ? await readRefreshToken(needs, text, now) : await readSlidingToken(needs, text, now);
  const standing = await needs.standing.standingOf(claims, now);
  const { user, isBlacklisted } = standing;
  const { checks } = needs.rules;
  const isOfAnotherEpoch = checks.epoch && user !== undefined && user.tokenEpoch !== claims.epoch;
  const isVoid = isBlacklisted || (type === 'refresh' && isSpent(claims, standing, checks)) || isOfAnotherEpoch;
  const added = isVoid ? {} : await needs.addition(user);
  const isOurs = !isVoid && (await takeBack(needs, claims));
  if (!isOurs) throw refusalProblem({ refused: 'blacklisted', reason: 'spent, or its session is over' });
  return added;
}

/** A token that was never traded in must not get a session any more. Without rotation it may have one already. */
async function takeBack(needs: Needs, { user_id: userId, sid, jti, exp, generation }: SessionClaims): Promise<boolean> {
  if (generation !== untraded) return (await endSession(needs, { userId, sid })) === 'ended';
  if ((await needs.sessions.spend({ jti, until: exp })) === 'already') return false;
  await endSession(needs, { userId, sid });
  return true;
}
