import { readToken } from './read-token.ts';
import type { TokenRefusal } from './refusal.ts';
import type { TokenType } from './token.ts';
import type { Verification, Verified } from './verify-token.ts';

/**
 * Verifies a token of one of these types by signature and claims only (REVOCATION_CHECK=lazy): a revoked token passes
 * until it expires. The roles are those in the token.
 */
export async function believeToken(
  { keySet, foreignKeys, rules, now }: Omit<Verification, 'standing'>,
  text: string,
  types: readonly TokenType[],
): Promise<Verified | TokenRefusal> {
  const claims = await readToken(text, { keys: await keySet(), foreignKeys, rules, now: now(), types });
  return 'refused' in claims ? claims : { claims, roles: claims.roles ?? [] };
}
