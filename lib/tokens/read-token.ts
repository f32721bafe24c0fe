import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { maxLength, minValue, nonEmpty, number, object, optional, picklist, pipe, safeInteger, safeParse, string } from 'valibot';
import type { KeySet } from '#lib/keys/key-set.ts';
import { type Claims, headerTypes, type TokenRules, type TokenType } from './token.ts';

/** Why a token was refused: one public word, and the private reason for the log. */
export type TokenRefusal = { readonly refused: 'invalid' | 'expired' | 'wrong-type' | 'blacklisted'; readonly reason: string };

const longestText = 4096;
const compact = /^[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{1,3072}\.[A-Za-z0-9_-]{1,1024}$/;

const id = pipe(string(), nonEmpty(), maxLength(128));
const instant = pipe(number(), safeInteger(), minValue(0));
const claimsSchema = object({
  token_type: picklist(['access', 'refresh']),
  exp: instant,
  iat: instant,
  jti: id,
  user_id: id,
  sid: id,
  epoch: instant,
  generation: optional(instant),
});

type Judge = { readonly keys: KeySet; readonly rules: TokenRules; readonly now: Date; readonly types: readonly TokenType[] };

/**
 * The claims of a token, or why it is none: the only place where Gatehouse believes a token. What jose alone would let pass is
 * stopped first: padding, other alphabets and unused bits (a token has one spelling), over-long texts (nesting), unknown or
 * critical headers, keys that a header brings along. The key decides the algorithm (RFC 8725 §3.1); `exp` is required and
 * capped. Does not know whether the token was revoked since.
 */
export async function readToken(text: string, { keys, rules, now, types }: Judge): Promise<Claims | TokenRefusal> {
  if (text.length > longestText || !compact.test(text) || !isCanonical(text)) return invalid('not a compact JWS');
  const header = protectedHeader(text);
  if (!header) return invalid('unreadable header');
  const key = header.kid === undefined ? undefined : keys.get(header.kid);
  if (!key) return invalid('unknown kid');
  if (header.alg !== key.algorithm) return invalid('algorithm is not the key’s');
  if (header.crit !== undefined || header.b64 !== undefined) return invalid('critical header');
  const type = types.find((candidate) => headerTypes[candidate] === header.typ);

  const verified = await jwtVerify(text, key.key, {
    algorithms: [key.algorithm],
    currentDate: now,
    clockTolerance: rules.leewaySeconds,
    requiredClaims: ['exp', 'iat', 'jti'],
    ...(rules.issuer && { issuer: rules.issuer }),
    ...(rules.audience && { audience: rules.audience }),
  }).catch((error: unknown) => error);

  if (verified instanceof errors.JWTExpired) return { refused: 'expired', reason: 'exp has passed' };
  if (verified instanceof Error) return invalid(verified instanceof errors.JOSEError ? verified.code : verified.name);
  const parsed = safeParse(claimsSchema, (verified as { payload: unknown }).payload);
  if (!parsed.success) return invalid('claims are not ours');
  const claims = parsed.output as Claims;
  if (claims.iat > now.getTime() / 1000 + rules.leewaySeconds) return invalid('iat is in the future');
  if (claims.exp - claims.iat > rules.longestSeconds) return invalid('lives longer than any of ours');
  if (claims.token_type === 'refresh' && claims.generation === undefined) return invalid('no generation');
  if (type !== claims.token_type) return { refused: 'wrong-type', reason: `a ${claims.token_type} token` };
  return claims;
}

const invalid = (reason: string): TokenRefusal => ({ refused: 'invalid', reason });

/** Whether each part is the one spelling of its bytes: base64url without padding and with its unused bits zero (RFC 7515 §2). */
function isCanonical(text: string): boolean {
  return text.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function protectedHeader(text: string) {
  try {
    return decodeProtectedHeader(text);
  } catch {
    return undefined;
  }
}
