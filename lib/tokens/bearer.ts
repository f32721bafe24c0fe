import type { Scheme } from '#lib/http/scheme.ts';
import { log } from '#lib/log.ts';
import { refusalWords } from './refusal.ts';
import type { TokenType } from './token.ts';
import { type Verification, verifyToken } from './verify-token.ts';

/** Tokens of these types in the header (RFC 6750 §2.1). The caller may come in as long as the token is taken, which the leeway is part of. */
export function bearer(needs: Verification, types: readonly TokenType[]): Scheme {
  return async (token) => {
    const outcome = await verifyToken(needs, token, types);
    if ('refused' in outcome) {
      log.info('authz_refused', { reason: outcome.reason });
      return refusalWords(outcome);
    }
    const { claims, roles } = outcome;
    return { sub: claims.user_id, sid: claims.sid, jti: claims.jti, roles, exp: claims.exp + needs.rules.leewaySeconds };
  };
}
