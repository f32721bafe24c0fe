import { checkingRules } from '#lib/codes/code-rules.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { loginLimits } from '#lib/sign-in/login-limits.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import { choosingRules } from './choosing-rules.ts';
import { noticesOf } from './notice.ts';

/**
 * Reads the rules for changing a password from settings and hooks.ts. Throws SettingsError if the hooks are not usable.
 */
export function passwordRules(settings: Settings, hooks: Hooks) {
  return {
    limits: loginLimits(settings),
    region: settings.DEFAULT_REGION,
    passwords: passwords(settings),
    hooks: loginHooks(settings, hooks),
    personal: personalClaims(settings, hooks).personal,
    notices: noticesOf(settings),
    slidingSeconds: settings.SLIDING_TOKEN_LIFETIME,
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
    ...choosingRules(settings),
    ...sessionRules(settings),
  };
}

/** The same with the rules for checking the code of a reset. */
export function resetRules(settings: Settings, hooks: Hooks) {
  return { ...checkingRules(settings), ...passwordRules(settings, hooks) };
}
