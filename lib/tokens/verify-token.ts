import type { ForeignKeys } from '#lib/keys/foreign-keys.ts';
import type { KeySet } from '#lib/keys/key-set.ts';
import type { User } from '#lib/users/user.ts';
import { readToken } from './read-token.ts';
import type { StandingRefusal, TokenRefusal } from './refusal.ts';
import type { Standing, StandingStore } from './standing-store.ts';
import { type Claims, type StandingChecks, type TokenRules, type TokenType, untraded } from './token.ts';

/** A valid token, its user as the table has it, and the user's current roles. */
export type Verified = { readonly claims: Claims; readonly roles: readonly string[]; readonly user?: User | undefined };

/** The rules of `judgeStanding`: which field `known_as` is, and which checks are on. */
export type StandingRules = Pick<TokenRules, 'names' | 'checks'>;

/** What it takes to verify a token. */
export type Verification = {
  readonly keySet: () => Promise<KeySet>;
  readonly foreignKeys?: ForeignKeys | undefined;
  readonly standing: StandingStore;
  readonly rules: TokenRules;
  readonly now: () => Date;
};

/**
 * Verifies a token of one of these types: signature and claims, then blacklist, user and epoch in one consistent read.
 * Throws if that read fails, so no token passes unchecked.
 */
export async function verifyToken(
  { keySet, foreignKeys, standing, rules, now }: Verification,
  text: string,
  types: readonly TokenType[],
): Promise<Verified | TokenRefusal | StandingRefusal> {
  const claims = await readToken(text, { keys: await keySet(), foreignKeys, rules, now: now(), types });
  if ('refused' in claims) return claims;
  const found = await standing.standingOf(claims, now());
  // A foreign token that was traded in is blacklisted, and its session is alive: that it is spent is not said here either.
  const isTradedIn = claims.generation === untraded && found.generation !== undefined;
  const current = isTradedIn ? { ...found, isBlacklisted: false } : found;
  const { user } = current;
  return judgeStanding(claims, current, rules) ?? judgeSession(claims, current) ?? { claims, roles: user?.roles ?? [], user };
}

/** Why the tables refuse a token's user or session; undefined if they do not. */
export function judgeStanding(
  claims: Claims,
  { user, isBlacklisted }: Standing,
  { names: { userField }, checks }: StandingRules,
): StandingRefusal | undefined {
  if (isBlacklisted) return { refused: 'blacklisted', reason: 'on the blacklist' };
  if (!user) return { refused: 'user-gone', reason: 'no such user' };
  if (userField !== 'id' && user[userField] !== claims.known_as) return { refused: 'user-gone', reason: `has another ${userField} now` };
  if (checks.active && !user.isActive) return { refused: 'user-inactive', reason: 'user is inactive' };
  if (checks.epoch && user.tokenEpoch !== claims.epoch) return { refused: 'blacklisted', reason: 'born in another epoch' };
  return undefined;
}

/**
 * Why a refresh token cannot be used: its session is over. Whether the token is spent is not said here, because it would
 * tell a thief when its owner has refreshed. Only a refresh, which spends the token, finds out.
 */
function judgeSession({ token_type, generation: presented = 0 }: Claims, { generation }: Standing): StandingRefusal | undefined {
  const isOver = presented === untraded ? false : generation === undefined || presented > generation;
  return token_type === 'refresh' && isOver ? { refused: 'blacklisted', reason: 'its session is over' } : undefined;
}

/**
 * Whether a refresh token is spent: its session is over, or has rotated since and BLACKLIST_AFTER_ROTATION is on. A
 * foreign token is not spent while it has no session; without rotation, not while its session is at generation 0. With
 * rotation, trading it in puts it on the blacklist.
 */
export function isSpent({ generation: presented = 0 }: Claims, { generation }: Standing, { spent }: StandingChecks): boolean {
  if (presented === untraded) return spent && (generation ?? 0) !== 0;
  if (generation === undefined || presented > generation) return true;
  return spent && presented < generation;
}
