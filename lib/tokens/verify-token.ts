import type { KeySet } from '#lib/keys/key-set.ts';
import { readToken, type TokenRefusal } from './read-token.ts';
import type { Standing, StandingStore } from './standing-store.ts';
import type { Claims, TokenRules, TokenType } from './token.ts';

/** Why a token that is well signed is void all the same. */
export type StandingRefusal = { readonly refused: 'blacklisted' | 'user-gone' | 'user-inactive'; readonly reason: string };

/** A token that holds, and the roles its user has this moment. */
export type Verified = { readonly claims: Claims; readonly roles: readonly string[] };

export type Verification = {
  readonly keySet: () => Promise<KeySet>;
  readonly standing: StandingStore;
  readonly rules: TokenRules;
  readonly now: () => Date;
};

/**
 * Whether a token of one of these types holds this moment: signature and claims, then blacklist, user and epoch in one read.
 * A lookup that cannot be answered throws, and so lets nobody in.
 */
export async function verifyToken(
  { keySet, standing, rules, now }: Verification,
  text: string,
  types: readonly TokenType[],
): Promise<Verified | TokenRefusal | StandingRefusal> {
  const claims = await readToken(text, { keys: await keySet(), rules, now: now(), types });
  if ('refused' in claims) return claims;
  const current = await standing.standingOf(claims, now());
  return judgeStanding(claims, current) ?? judgeSpent(claims, current) ?? { claims, roles: current.user?.roles ?? [] };
}

/** What the tables say against whoever holds a token; undefined where nothing. */
export function judgeStanding(claims: Claims, { user, isBlacklisted }: Standing): StandingRefusal | undefined {
  if (isBlacklisted) return { refused: 'blacklisted', reason: 'on the blacklist' };
  if (!user) return { refused: 'user-gone', reason: 'no such user' };
  if (!user.isActive) return { refused: 'user-inactive', reason: 'user is inactive' };
  if (user.tokenEpoch !== claims.epoch) return { refused: 'blacklisted', reason: 'born in another epoch' };
  return undefined;
}

function judgeSpent(claims: Claims, { generation }: Standing): StandingRefusal | undefined {
  if (claims.token_type !== 'refresh' || generation === claims.generation) return undefined;
  return { refused: 'blacklisted', reason: 'spent, or its session is over' };
}
