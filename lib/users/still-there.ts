import type { Caller } from '#lib/caller/caller.ts';
import { Problem } from '#lib/problem.ts';
import type { StandingChecks } from '#lib/tokens/token.ts';
import type { User } from './user.ts';

/**
 * The caller's row, if it still lets them in: whoever reads it anyway notices at once what the authorizer may not have looked for, or
 * not lately (docs/revocation.md). Throws `user_not_found`, `user_inactive`, and `token_not_valid` where all tokens of theirs were made void;
 * what the stage does not look at (CHECK_USER_IS_ACTIVE, CHECK_REVOKE_TOKEN) is not looked at here either.
 */
export function stillThere(
  user: User | undefined,
  { epoch }: Pick<Caller, 'epoch'>,
  checks: Pick<StandingChecks, 'active' | 'epoch'>,
): User {
  if (!user) throw new Problem('user_not_found', { reason: 'gone since the authorizer looked' });
  if (checks.active && !user.isActive) throw new Problem('user_inactive', { reason: 'made inactive since the authorizer looked' });
  if (checks.epoch && epoch !== undefined && epoch !== user.tokenEpoch) {
    throw new Problem('token_not_valid', { detail: 'token_blacklisted', reason: 'born in another epoch' });
  }
  return user;
}
