import type { Scheme } from '#lib/http/scheme.ts';
import { log } from '#lib/log.ts';
import { believeToken } from './believe-token.ts';
import { refusalWords } from './refusal.ts';
import type { StandingStore } from './standing-store.ts';
import type { TokenType } from './token.ts';
import { type Verification, verifyToken } from './verify-token.ts';

type Needs = Omit<Verification, 'standing'> & { readonly standing: StandingStore | undefined };

/**
 * The scheme of tokens of these types (RFC 6750 §2.1). Without a StandingStore only signature and claims are checked.
 * The caller's `exp` is the token's plus the leeway.
 */
export function bearer({ standing, ...needs }: Needs, types: readonly TokenType[]): Scheme {
  return async (token) => {
    const outcome = standing ? await verifyToken({ ...needs, standing }, token, types) : await believeToken(needs, token, types);
    if ('refused' in outcome) {
      log.info('authz_refused', { reason: outcome.reason });
      return refusalWords(outcome);
    }
    const { claims, roles } = outcome;
    const { user_id: sub, sid, jti, epoch } = claims;
    return { sub, sid, jti, roles, epoch, exp: claims.exp + needs.rules.leewaySeconds };
  };
}
