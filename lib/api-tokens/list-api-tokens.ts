import type { Caller } from '#lib/caller/caller.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { stillThere } from '#lib/users/still-there.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { type ApiToken, isAlive } from './api-token.ts';
import type { ApiTokenStore } from './api-token-store.ts';

type Needs = {
  readonly tokens: Pick<ApiTokenStore, 'list'>;
  readonly users: Pick<UserStore, 'get'>;
  readonly rules: Pick<TokenRules, 'checks'>;
  readonly now: () => Date;
};

/** The API tokens that a user can use now, newest first. Throws what `stillThere` throws. */
export async function listApiTokens({ tokens, users, rules, now }: Needs, caller: Pick<Caller, 'sub' | 'epoch'>): Promise<ApiToken[]> {
  const [found, row] = await Promise.all([tokens.list(caller.sub), users.get(caller.sub)]);
  const user = stillThere(row, caller, rules.checks);
  return found
    .filter((token) => isAlive(token, user.tokenEpoch, now()))
    .sort((one, other) => other.createdAt - one.createdAt || one.id.localeCompare(other.id));
}
