import { createHash } from 'node:crypto';
import { minValue, number, object, optional, picklist, pipe, safeInteger, safeParse, transform, union } from 'valibot';
import { type Claims, untraded } from './token.ts';
import { claimText } from './token-limits.ts';

const instant = pipe(number(), safeInteger(), minValue(0));
/** simplejwt wrote a user's id as a number until 5.5, and no `iat` before 4.7. */
const schema = object({
  token_type: picklist(['access', 'refresh']),
  exp: instant,
  iat: optional(instant),
  jti: claimText,
  user_id: union([claimText, pipe(instant, transform(String))]),
});

/**
 * What a token in simplejwt's words says, in ours; undefined where it is no such token. It knows no epoch, so it is of the first: whatever
 * voids all tokens of somebody voids it. An access token of it belongs to no session; a refresh token to one that it opens when it is
 * traded in, under a name that follows from its own.
 */
export function foreignClaims(payload: unknown): (Claims & { readonly hasIat: boolean }) | undefined {
  const parsed = safeParse(schema, payload);
  if (!parsed.success) return undefined;
  const { iat, ...claims } = parsed.output;
  const shared = { ...claims, iat: iat ?? 0, epoch: 0, hasIat: iat !== undefined };
  return claims.token_type === 'refresh' ? { ...shared, sid: sessionIdOf(claims.jti), generation: untraded } : shared;
}

/** The session that a foreign refresh token opens: always the same, so that of any number at once one opens it. */
export function sessionIdOf(jti: string): string {
  return createHash('sha256').update(`session of a foreign refresh token\0${jti}`).digest('hex').slice(0, 32);
}
