import type { KeySet } from '#lib/keys/key-set.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import type { StandingStore } from '#lib/tokens/standing-store.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { type Ending, endSession } from './end-session.ts';

type Needs = Ending & {
  readonly keySet: () => Promise<KeySet>;
  readonly standing: StandingStore;
  readonly rules: TokenRules;
};

/**
 * Takes a refresh token back, and with it the session it stands for. Throws `token_not_valid`, also where it is void already. A spent
 * one is void like any other: it ends nothing and is no sign of theft, since clients do blacklist the token they have just traded in.
 * Nobody asks whether the user is active: what can be used again some day can be taken back today.
 */
export async function blacklistToken(needs: Needs, text: string): Promise<void> {
  const now = needs.now();
  const claims = await readToken(text, { keys: await needs.keySet(), rules: needs.rules, now, types: ['refresh'] });
  if ('refused' in claims) throw refusalProblem(claims);
  const { user, isBlacklisted, generation } = await needs.standing.standingOf(claims, now);
  const isVoid = isBlacklisted || generation !== claims.generation || (user && user.tokenEpoch !== claims.epoch);
  const isOurs = !isVoid && (await endSession(needs, { userId: claims.user_id, sid: claims.sid })) === 'ended';
  if (!isOurs) throw refusalProblem({ refused: 'blacklisted', reason: 'spent, or its session is over' });
}
