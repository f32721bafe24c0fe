import type { Client } from '#lib/caller/client.ts';
import { callHook, tellHook } from '#lib/hooks/call-hook.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { User } from '#lib/users/user.ts';

/** What hooks.ts decides about a sign-in, and what it is told. */
export type LoginHooks = {
  readonly mayEnter: (user: User) => Promise<boolean>;
  readonly succeeded: (user: User, client: Client) => Promise<void>;
  readonly failed: (identifier: string, client: Client) => Promise<void>;
};

/** As long as simplejwt's for every password: the length of a password is not told either. */
const starredOut = '*'.repeat(20);

/** What hooks.ts says about signing in; without a rule of its own, simplejwt's rule about active users. */
export function loginHooks(settings: Pick<Settings, 'CHECK_USER_IS_ACTIVE'>, hooks: Hooks): LoginHooks {
  const { USER_AUTHENTICATION_RULE: rule, ON_LOGIN_SUCCESS: onSuccess, ON_LOGIN_FAILED: onFailure } = hooks;
  return {
    async mayEnter(user) {
      if (!rule) return user.isActive || !settings.CHECK_USER_IS_ACTIVE;
      return (await callHook('USER_AUTHENTICATION_RULE', () => rule(shownToHooks(user)))) === true;
    },
    async succeeded(user, client) {
      if (onSuccess) await tellHook('ON_LOGIN_SUCCESS', () => onSuccess(shownToHooks(user), client));
    },
    async failed(identifier, client) {
      if (onFailure) await tellHook('ON_LOGIN_FAILED', () => onFailure({ identifier, password: starredOut }, client));
    },
  };
}
