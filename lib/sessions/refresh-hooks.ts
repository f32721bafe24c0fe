import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import type { User } from '#lib/users/user.ts';

type Answers = 'TOKEN_REFRESH_SERIALIZER' | 'SLIDING_TOKEN_REFRESH_SERIALIZER';

/** The hooks of a refresh, for one of two answers. Throws SettingsError if the hooks cannot be used on this stage. */
export function refreshHooks(settings: Settings, hooks: Hooks, answer: Answers = 'TOKEN_REFRESH_SERIALIZER') {
  const { [answer]: serializer, CLAIMS, USER_AUTHENTICATION_RULE } = hooks;
  return {
    ...personalClaims(settings, hooks),
    mayEnter: loginHooks(settings, hooks).mayEnter,
    addition: async (user: User) => (await fill(answer, serializer, { user: shownToHooks(user) })).given,
    asksHooksFirst: [CLAIMS, serializer, USER_AUTHENTICATION_RULE].some((hook) => hook !== undefined),
  };
}
