import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import { loginHooks } from '#lib/users/login-hooks.ts';
import type { User } from '#lib/users/user.ts';

/** What hooks.ts says about refreshing. Throws SettingsError where the hooks are not usable on this stage. */
export function refreshHooks(settings: Settings, hooks: Hooks) {
  const { CLAIMS, TOKEN_REFRESH_SERIALIZER, USER_AUTHENTICATION_RULE } = hooks;
  return {
    ...personalClaims(settings, hooks),
    mayEnter: loginHooks(settings, hooks).mayEnter,
    addition: async (user: User) => (await fill('TOKEN_REFRESH_SERIALIZER', TOKEN_REFRESH_SERIALIZER, { user: shownToHooks(user) })).given,
    asksHooksFirst: [CLAIMS, TOKEN_REFRESH_SERIALIZER, USER_AUTHENTICATION_RULE].some((hook) => hook !== undefined),
  };
}
