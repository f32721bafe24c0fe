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
    /** What hooks.ts adds to the answer. */
    readonly addition: (user: User | undefined) => Promise<Readonly<Record<string, unknown>>>;
  };

/**
 * Takes a refresh token back, or a sliding one where that is asked for, and with it the session it stands for; answers with what hooks.ts
 * adds. Throws `token_not_valid`, also where it is void already. A spent refresh token is void like any other: it ends nothing and is no sign of theft, since clients do blacklist the token they have just traded in.
 * Nobody asks whether the user is active: what can be used again some day can be taken back today.
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

/** One that was never traded in has no session yet, and shall have none; without rotation it may have one all the same. */
async function takeBack(needs: Needs, { user_id: userId, sid, jti, exp, generation }: SessionClaims): Promise<boolean> {
  if (generation !== untraded) return (await endSession(needs, { userId, sid })) === 'ended';
  if ((await needs.sessions.spend({ jti, until: exp })) === 'already') return false;
  await endSession(needs, { userId, sid });
  return true;
}
