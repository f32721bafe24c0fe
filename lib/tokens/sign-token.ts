import { SignJWT } from 'jose';
import type { SigningKey } from '#lib/keys/key-set.ts';
import { type Claims, headerTypes, type TokenRules } from './token.ts';
import { audiences, toPayload, usualNames } from './wire-claims.ts';

type Rules = Pick<TokenRules, 'issuer' | 'audience'> & Partial<Pick<TokenRules, 'names'>>;

/**
 * A signed token in compact form (RFC 7515 §3.1), its claims in simplejwt's order. A project's own claims (`custom`)
 * come after ours and cannot replace them.
 */
export async function signToken(
  key: SigningKey,
  { issuer, audience, names = usualNames }: Rules,
  claims: Claims,
  custom: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const ours = toPayload(claims, names);
  const [aud, ...others] = audiences(audience);
  const payload = {
    ...ours,
    ...custom,
    ...ours,
    ...(aud && { aud: others.length > 0 ? [aud, ...others] : aud }),
    ...(issuer && { iss: issuer }),
  };
  const header = { alg: key.algorithm, typ: headerTypes[claims.token_type], kid: key.kid };
  return await new SignJWT(payload).setProtectedHeader(header).sign(key.key);
}
