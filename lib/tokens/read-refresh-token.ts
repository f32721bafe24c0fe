import type { ForeignKeys } from '#lib/keys/foreign-keys.ts';
import type { KeySet } from '#lib/keys/key-set.ts';
import { readToken } from './read-token.ts';
import { refusalProblem } from './refusal.ts';
import type { Claims, RefreshClaims, TokenRules } from './token.ts';

export type ReadingRefreshTokens = {
  readonly keySet: () => Promise<KeySet>;
  readonly foreignKeys?: ForeignKeys | undefined;
  readonly rules: TokenRules;
};

/** The claims of a refresh token, ours or one that can be traded in. Throws `token_not_valid`. Does not know whether it was spent or revoked. */
export async function readRefreshToken(
  { keySet, foreignKeys, rules }: ReadingRefreshTokens,
  text: string,
  now: Date,
): Promise<RefreshClaims> {
  const claims = await readToken(text, { keys: await keySet(), foreignKeys, rules, now, types: ['refresh'] });
  if ('refused' in claims) throw refusalProblem(claims);
  if (!isRefresh(claims)) throw refusalProblem({ refused: 'invalid', reason: 'no session or generation' });
  return claims;
}

function isRefresh(claims: Claims): claims is RefreshClaims {
  return claims.sid !== undefined && claims.generation !== undefined;
}
