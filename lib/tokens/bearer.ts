import type { Scheme } from '#lib/http/scheme.ts';
import { log } from '#lib/log.ts';
import { refusalWords } from './refusal.ts';
import { type Verification, verifyToken } from './verify-token.ts';

/** Access tokens in the header (RFC 6750 §2.1). */
export function bearer(needs: Verification): Scheme {
  return async (token) => {
    const outcome = await verifyToken(needs, token, ['access']);
    if ('refused' in outcome) {
      log.info('authz_refused', { reason: outcome.reason });
      return refusalWords(outcome);
    }
    const { claims, roles } = outcome;
    return { sub: claims.user_id, sid: claims.sid, jti: claims.jti, roles, exp: claims.exp };
  };
}
