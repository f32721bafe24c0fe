import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import {
  array,
  check,
  maxLength,
  minValue,
  nonEmpty,
  number,
  object,
  optional,
  picklist,
  pipe,
  safeInteger,
  safeParse,
  string,
} from 'valibot';
import type { ForeignKeys } from '#lib/keys/foreign-keys.ts';
import type { KeySet } from '#lib/keys/key-set.ts';
import { readForeignToken } from './read-foreign-token.ts';
import { invalid, type TokenRefusal } from './refusal.ts';
import { type ClaimNames, type Claims, headerTypes, type TokenRules, type TokenType } from './token.ts';
import { claimText, tokenLimits } from './token-limits.ts';
import { audiences, fromPayload } from './wire-claims.ts';

const { whole, header, payload, signature } = tokenLimits;
const part = '[A-Za-z0-9_-]';
/** `77u_` is a byte order mark (EF BB BF). RFC 8259 §8.1 forbids it, and decoders skip it, so a token would have two spellings. */
const compact = new RegExp(`^(?!77u_)${part}{1,${header}}\\.(?!77u_)${part}{1,${payload}}\\.${part}{1,${signature}}$`);

const instant = pipe(number(), safeInteger(), minValue(0));
const claimsSchema = object({
  token_type: picklist(['access', 'refresh', 'sliding']),
  exp: instant,
  iat: instant,
  jti: claimText,
  user_id: claimText,
  known_as: optional(
    pipe(
      string(),
      nonEmpty(),
      maxLength(254),
      check((value) => value.isWellFormed()),
    ),
  ),
  sid: claimText,
  epoch: instant,
  generation: optional(instant),
  roles: optional(array(string())),
  refresh_exp: optional(instant),
});

type Reading = {
  readonly keys: KeySet;
  /** The keys of other issuers whose tokens are accepted. */
  readonly foreignKeys?: ForeignKeys | undefined;
  readonly rules: TokenRules;
  readonly now: Date;
  readonly types: readonly TokenType[];
};

/**
 * The claims of a token, or why it is refused: the only function that decides whether Gatehouse trusts a token. It
 * first refuses what jose alone would let pass: padding, other alphabets and unused bits (a token has one spelling),
 * texts over the limits (deep nesting), unknown or critical headers, keys inside the header. The key decides the
 * algorithm (RFC 8725 §3.1); `exp` is required, and limited by the lifetime of the token's type. Does not check whether the token was revoked.
 */
export async function readToken(text: string, judge: Reading): Promise<Claims | TokenRefusal> {
  const { keys, rules, now, types } = judge;
  if (text.length > whole || !compact.test(text) || !isCanonical(text)) return invalid('not a compact JWS');
  const header = protectedHeader(text);
  if (!header) return invalid('unreadable header');
  const key = header.kid === undefined ? undefined : keys.get(header.kid);
  if (!key) return await readForeignToken(text, header, judge);
  if (header.alg !== key.algorithm) return invalid('algorithm is not the key’s');
  if (header.crit !== undefined || header.b64 !== undefined) return invalid('critical header');
  const type = types.find((candidate) => headerTypes[candidate] === header.typ);

  const audience = audiences(rules.audience);
  const verified = await jwtVerify(text, key.key, {
    algorithms: [key.algorithm],
    currentDate: now,
    clockTolerance: rules.leewaySeconds,
    requiredClaims: ['exp', 'iat', rules.names.jti],
    ...(rules.issuer && { issuer: rules.issuer }),
    ...(audience.length > 0 && { audience }),
  }).catch((error: unknown) => error);

  if (verified instanceof errors.JWTExpired) return { refused: 'expired', reason: 'exp has passed' };
  if (verified instanceof Error) return invalid(verified instanceof errors.JOSEError ? verified.code : verified.name);
  const claims = claimsIn((verified as { payload: object }).payload, rules.names);
  if (!claims) return invalid('claims are not ours');
  if (claims.iat > now.getTime() / 1000 + rules.leewaySeconds) return invalid('iat is in the future');
  if (isTooLong(claims, rules)) return invalid('lives longer than any of its type');
  if (claims.token_type === 'refresh' && claims.generation === undefined) return invalid('no generation');
  if (type !== claims.token_type) return { refused: 'wrong-type', reason: `a ${claims.token_type} token` };
  return claims;
}

/** The claims of a payload; undefined if a required one is missing or invalid. */
function claimsIn(payload: object, names: ClaimNames): Claims | undefined {
  const { success, output } = safeParse(claimsSchema, fromPayload(payload, names));
  const isNamed = success && (names.userField === 'id' || output.known_as !== undefined);
  return isNamed ? (output as Claims) : undefined;
}

/** Whether a token lives longer than one of its type can, or can be renewed for longer than any token lives. */
function isTooLong(claims: Claims, { longestOf, longestSeconds }: TokenRules): boolean {
  return claims.exp - claims.iat > longestOf[claims.token_type] || lastSecondOf(claims) - claims.iat > longestSeconds;
}

/** When a token expires for good. A sliding token can be renewed until then, so a revocation must last as long. */
const lastSecondOf = ({ exp, refresh_exp = exp }: Claims) => Math.max(exp, refresh_exp);

/** Whether each part is the only spelling of its bytes: base64url without padding, unused bits zero (RFC 7515 §2). */
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
