import { createHash } from 'node:crypto';
import { minValue, number, object, optional, picklist, pipe, safeInteger, safeParse, transform, union } from 'valibot';
import { type Claims, untraded } from './token.ts';
import { claimText } from './token-limits.ts';

const instant = pipe(number(), safeInteger(), minValue(0));
/** simplejwt writes a user's id as a number before 5.5, and no `iat` before 4.7. */
const schema = object({
  token_type: picklist(['access', 'refresh']),
  exp: instant,
  iat: optional(instant),
  jti: claimText,
  user_id: union([claimText, pipe(instant, transform(String))]),
});

/**
 * The claims of a simplejwt token in our own form; undefined if it is not one. It has no epoch and counts as epoch 0,
 * so whatever voids all of a user's tokens voids it too. Its access token belongs to no session. Its refresh token
 * belongs to the session that it opens when it is traded in, whose id is derived from its `jti`.
 */
export function foreignClaims(payload: unknown): (Claims & { readonly hasIat: boolean }) | undefined {
  const parsed = safeParse(schema, payload);
  if (!parsed.success) return undefined;
  const { iat, ...claims } = parsed.output;
  const shared = { ...claims, iat: iat ?? 0, epoch: 0, hasIat: iat !== undefined };
  return claims.token_type === 'refresh' ? { ...shared, sid: sessionIdOf(claims.jti), generation: untraded } : shared;
}

/**
 * The id of the session that a foreign refresh token opens. It is always the same, so of any number of requests at once
 * only one opens it.
 */
export function sessionIdOf(jti: string): string {
  return createHash('sha256').update(`session of a foreign refresh token\0${jti}`).digest('hex').slice(0, 32);
}
