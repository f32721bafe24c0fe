import type { Caller, Refusal } from '#lib/http/caller.ts';
import { log } from '#lib/log.ts';
import { refusalWords } from './refusal.ts';
import { type Verification, verifyToken } from './verify-token.ts';

const scheme = /^bearer$/i;

/**
 * Who the bearer of an `Authorization` header is (RFC 6750 §2.1), or the words of the refusal. The scheme's case does not matter
 * (RFC 9110 §11.1).
 */
export async function authenticate(needs: Verification, authorization: string): Promise<Caller | Refusal> {
  const [type = '', token, ...rest] = authorization.trim().split(/ +/);
  if (!scheme.test(type)) return { code: 'not_authenticated', detail: 'not_authenticated_detail' };
  if (!token || rest.length > 0) return { code: 'bad_authorization_header', detail: 'bad_authorization_header_detail' };
  const outcome = await verifyToken(needs, token, ['access']);
  if ('refused' in outcome) {
    log.info('authz_refused', { reason: outcome.reason });
    return refusalWords(outcome);
  }
  const { claims, roles } = outcome;
  return { sub: claims.user_id, sid: claims.sid, jti: claims.jti, roles, exp: claims.exp };
}
