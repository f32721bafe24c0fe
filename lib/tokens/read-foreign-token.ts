import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import type { ForeignKey, ForeignKeys } from '#lib/keys/foreign-keys.ts';
import { foreignClaims } from './foreign-claims.ts';
import { invalid, type TokenRefusal } from './refusal.ts';
import type { Claims, TokenRules, TokenType } from './token.ts';
import { audiences, fromPayload } from './wire-claims.ts';

type ForeignReading = {
  readonly foreignKeys?: ForeignKeys | undefined;
  readonly rules: TokenRules;
  readonly now: Date;
  readonly types: readonly TokenType[];
};
type Header = ProtectedHeaderParameters & { readonly kid?: unknown; readonly typ?: unknown };

/**
 * The claims of another issuer's token that this stage accepts, in our own form, or why it is refused. A token with a
 * `kid` is never tried with Django's key, which has none (docs/keys.md).
 */
export async function readForeignToken(text: string, header: Header, judge: ForeignReading): Promise<Claims | TokenRefusal> {
  const { kid, alg, typ } = header;
  const isNamed = typeof kid === 'string';
  if (!judge.foreignKeys || typeof alg !== 'string' || (kid !== undefined && !isNamed)) return invalid('unknown kid');
  if (header['crit'] !== undefined || header['b64'] !== undefined) return invalid('critical header');
  const keys = await judge.foreignKeys({ kid: isNamed ? kid : undefined, alg });
  let refusal = invalid('unknown kid');
  for (const key of keys) {
    if (!headerTypesOf(key).includes(String(typ ?? 'jwt').toLowerCase())) return invalid('header type of another kind of token');
    const outcome = await readWith(key, text, judge);
    if (!('refused' in outcome)) return outcome;
    refusal = outcome;
    if (outcome.reason !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') break;
  }
  return refusal;
}

/** Django writes `JWT`; other issuers may also mark an access token as one (RFC 9068). */
const headerTypesOf = ({ isPredecessor }: ForeignKey) => (isPredecessor ? ['jwt'] : ['jwt', 'at+jwt']);

async function readWith(foreign: ForeignKey, text: string, { rules, now, types }: ForeignReading): Promise<Claims | TokenRefusal> {
  const { key, algorithm, isPredecessor } = foreign;
  const { issuer } = rules;
  const audience = audiences(rules.audience);
  const options: JWTVerifyOptions = {
    algorithms: [algorithm],
    currentDate: now,
    clockTolerance: rules.leewaySeconds,
    requiredClaims: ['exp', rules.names.jti],
    ...(!isPredecessor && issuer && { issuer }),
    ...(!isPredecessor && audience.length > 0 && { audience }),
  };
  const verified = await jwtVerify(text, key, options).catch((error: unknown) => error);
  if (verified instanceof errors.JWTExpired) return { refused: 'expired', reason: 'exp has passed' };
  if (verified instanceof Error) return invalid(verified instanceof errors.JOSEError ? verified.code : verified.name);
  const { payload } = verified as { payload: JWTPayload };
  if (isPredecessor && !isMeantForUs(payload, rules)) return invalid('iss or aud of another');
  const read = foreignClaims(fromPayload(payload, rules.names));
  if (!read) return invalid('claims are not simplejwt’s');
  const { hasIat, ...claims } = read;
  const second = Math.floor(now.getTime() / 1000);
  if (claims.iat > second + rules.leewaySeconds) return invalid('iat is in the future');
  if (claims.exp - (hasIat ? claims.iat : second) > rules.longestSeconds) return invalid('lives longer than any of ours');
  const isTaken = types.includes(claims.token_type) && (isPredecessor || claims.token_type === 'access');
  return isTaken ? claims : { refused: 'wrong-type', reason: `a foreign ${claims.token_type} token` };
}

/** Django's tokens may lack issuer and audience; if they have them, they must be the stage's, if it has any. */
function isMeantForUs({ iss, aud }: JWTPayload, { issuer, audience }: TokenRules): boolean {
  const wanted = audiences(audience);
  const isIssuer = !issuer || iss === undefined || iss === issuer;
  return isIssuer && (wanted.length === 0 || aud === undefined || [aud].flat().some((one) => wanted.includes(one)));
}
