import type { Caller } from '#lib/http/caller.ts';
import { Problem } from '#lib/problem.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { type ApiToken, isAlive } from './api-token.ts';
import type { ApiTokenStore } from './api-token-store.ts';

type Needs = {
  readonly tokens: Pick<ApiTokenStore, 'list'>;
  readonly users: Pick<UserStore, 'get'>;
  readonly now: () => Date;
};

/** The API tokens somebody can use this moment, newest first. Throws `user_not_found`. */
export async function listApiTokens({ tokens, users, now }: Needs, { sub }: Pick<Caller, 'sub'>): Promise<ApiToken[]> {
  const [found, user] = await Promise.all([tokens.list(sub), users.get(sub)]);
  if (!user) throw new Problem('user_not_found', { reason: 'gone since the authorizer looked' });
  return found
    .filter((token) => isAlive(token, user.tokenEpoch, now()))
    .sort((one, other) => other.createdAt - one.createdAt || one.id.localeCompare(other.id));
}
