import type { Scheme } from '#lib/http/scheme.ts';
import { log } from '#lib/log.ts';
import { believeToken } from './believe-token.ts';
import { refusalWords } from './refusal.ts';
import type { StandingStore } from './standing-store.ts';
import type { TokenType } from './token.ts';
import { type Verification, verifyToken } from './verify-token.ts';

type Needs = Omit<Verification, 'standing'> & { readonly standing: StandingStore | undefined };

/**
 * Tokens of these types in the header (RFC 6750 §2.1); without a store that knows how they stand, they are believed. The caller may come in
 * as long as the token is taken, which the leeway is part of.
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
