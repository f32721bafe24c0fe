import type { Hooks } from '#lib/hooks/hooks.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { loginRules } from '#lib/sign-in/account-rules.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import { noticesOf } from './notice.ts';

/**
 * Reads the rules for changing a password from settings and hooks.ts. Throws SettingsError if the hooks are not usable.
 */
export function passwordRules(settings: Settings, hooks: Hooks) {
  return {
    ...loginRules(settings, hooks),
    ...sessionRules(settings),
    ...personalClaims(settings, hooks),
    notices: noticesOf(settings),
    slidingSeconds: settings.SLIDING_TOKEN_LIFETIME,
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
  };
}
