import { readToken } from './read-token.ts';
import type { TokenRefusal } from './refusal.ts';
import type { TokenType } from './token.ts';
import type { Verification, Verified } from './verify-token.ts';

/**
 * Whether a token of one of these types holds by its own word: signature and claims, and nothing that was taken back since it was
 * signed (REVOCATION_CHECK=lazy). The roles are those the token carries; one without any has none.
 */
export async function believeToken(
  { keySet, foreignKeys, rules, now }: Omit<Verification, 'standing'>,
  text: string,
  types: readonly TokenType[],
): Promise<Verified | TokenRefusal> {
  const claims = await readToken(text, { keys: await keySet(), foreignKeys, rules, now: now(), types });
  return 'refused' in claims ? claims : { claims, roles: claims.roles ?? [] };
}
