import type { Client } from '#lib/caller/client.ts';
import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import type { User } from '#lib/users/user.ts';
import { sessionRules } from './session-rules.ts';

type Answers = 'LOGIN_ANSWER' | 'TOKEN_OBTAIN_SERIALIZER' | 'SLIDING_TOKEN_OBTAIN_SERIALIZER';

/** What settings and hooks.ts say about opening a session, for one of the answers. Throws SettingsError where the hooks are not usable. */
export function openingRules(settings: Settings, hooks: Hooks, answer: Answers) {
  return {
    ...sessionRules(settings),
    ...personalClaims(settings, hooks),
    addition: async (user: User, client: Client) => (await fill(answer, hooks[answer], { user: shownToHooks(user), client })).given,
  };
}
