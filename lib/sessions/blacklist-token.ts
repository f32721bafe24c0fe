import type { KeySet } from '#lib/keys/key-set.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { StandingStore } from '#lib/tokens/standing-store.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { isSpent } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';
import { type Ending, endSession } from './end-session.ts';

type Needs = Ending & {
  readonly keySet: () => Promise<KeySet>;
  readonly standing: StandingStore;
  readonly rules: TokenRules;
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
  const claims = await readToken(text, { keys: await needs.keySet(), rules: needs.rules, now, types: [type] });
  if ('refused' in claims) throw refusalProblem(claims);
  const standing = await needs.standing.standingOf(claims, now);
  const { user, isBlacklisted } = standing;
  const { checks } = needs.rules;
  const isOfAnotherEpoch = checks.epoch && user !== undefined && user.tokenEpoch !== claims.epoch;
  const isVoid = isBlacklisted || (type === 'refresh' && isSpent(claims, standing, checks)) || isOfAnotherEpoch;
  const added = isVoid ? {} : await needs.addition(user);
  const isOurs = !isVoid && (await endSession(needs, { userId: claims.user_id, sid: claims.sid })) === 'ended';
  if (!isOurs) throw refusalProblem({ refused: 'blacklisted', reason: 'spent, or its session is over' });
  return added;
}
