import type { Caller } from '#lib/caller/caller.ts';
import { Problem } from '#lib/problem.ts';
import type { StandingChecks } from '#lib/tokens/token.ts';
import type { User } from './user.ts';

/**
 * Returns the caller's row if it still lets them in. An endpoint that reads the row anyway notices at once what the
 * authorizer did not check, or checked a while ago (docs/tokens.md). Throws `user_not_found`, `user_inactive`, and
 * `token_not_valid` if all tokens of the user became void. Checks that the stage turns off (CHECK_USER_IS_ACTIVE,
 * CHECK_REVOKE_TOKEN) are off here as well.
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
