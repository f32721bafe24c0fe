import { SignJWT } from 'jose';
import type { SigningKey } from '#lib/keys/key-set.ts';
import { type Claims, headerTypes, type TokenRules } from './token.ts';

/** A token in the compact form (RFC 7515 §3.1), its claims in the order simplejwt writes them. */
export async function signToken(key: SigningKey, rules: Pick<TokenRules, 'issuer' | 'audience'>, claims: Claims): Promise<string> {
  const payload = {
    ...claims,
    ...(rules.audience && { aud: rules.audience }),
    ...(rules.issuer && { iss: rules.issuer }),
  };
  const header = { alg: key.algorithm, typ: headerTypes[claims.token_type], kid: key.kid };
  return await new SignJWT(payload).setProtectedHeader(header).sign(key.key);
}
