import type { ForeignKeys } from '#lib/keys/foreign-keys.ts';
import type { KeySet } from '#lib/keys/key-set.ts';
import { readToken } from './read-token.ts';
import { refusalProblem } from './refusal.ts';
import type { Claims, RefreshClaims, SessionClaims, TokenRules } from './token.ts';

/** What it takes to read refresh and sliding tokens. */
export type ReadingSessionTokens = {
  readonly keySet: () => Promise<KeySet>;
  readonly foreignKeys?: ForeignKeys | undefined;
  readonly rules: TokenRules;
};

/**
 * The claims of a refresh token, ours or one that can be traded in. Throws `token_not_valid`. Does not check whether it
 * was spent or revoked.
 */
export async function readRefreshToken(
  { keySet, foreignKeys, rules }: ReadingSessionTokens,
  text: string,
  now: Date,
): Promise<RefreshClaims> {
  const claims = await readToken(text, { keys: await keySet(), foreignKeys, rules, now, types: ['refresh'] });
  if ('refused' in claims) throw refusalProblem(claims);
  if (!isRefresh(claims)) throw refusalProblem({ refused: 'invalid', reason: 'no session or generation' });
  return claims;
}

/** The claims of a sliding token. Throws `token_not_valid`. Does not check whether it was revoked. */
export async function readSlidingToken({ keySet, rules }: ReadingSessionTokens, text: string, now: Date): Promise<SessionClaims> {
  const claims = await readToken(text, { keys: await keySet(), rules, now, types: ['sliding'] });
  if ('refused' in claims) throw refusalProblem(claims);
  if (claims.sid === undefined) throw refusalProblem({ refused: 'invalid', reason: 'no session' });
  return { ...claims, sid: claims.sid };
}

function isRefresh(claims: Claims): claims is RefreshClaims {
  return claims.sid !== undefined && claims.generation !== undefined;
}
