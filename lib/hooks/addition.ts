import type { User } from '#lib/users/user.ts';
import { fill } from './fields.ts';
import { type Hooks, shownToHooks } from './hooks.ts';

type Answer = 'TOKEN_VERIFY_SERIALIZER' | 'TOKEN_BLACKLIST_SERIALIZER';

/** Makes the function that adds a hook's fields to an answer about a token. The token's user may be gone. */
export function additionTo(answer: Answer, hooks: Hooks): (user: User | undefined) => Promise<Readonly<Record<string, unknown>>> {
  return async (user) => (await fill(answer, hooks[answer], { user: user && shownToHooks(user) })).given;
}
