import { codeRules } from '#lib/codes/code-rules.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { nameRules } from '#lib/names/name-rules.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { provingRules } from '#lib/users/prove-newcomer.ts';
import { loginHooks } from './login-hooks.ts';
import { loginLimits } from './login-limits.ts';

/** What settings and hooks.ts say about signing in. */
export function loginRules(settings: Settings, hooks: Hooks) {
  return {
    limits: loginLimits(settings),
    region: settings.DEFAULT_REGION,
    passwords: passwords(settings),
    isLastLoginKept: settings.UPDATE_LAST_LOGIN,
    hooks: loginHooks(settings, hooks),
  };
}

/** The same, and what they say about codes. */
export function codeLoginRules(settings: Settings, hooks: Hooks) {
  return { ...loginRules(settings, hooks), ...codeRules(settings) };
}

/** What the settings say about making an account; `proving` is what an address is proved with, where they want one proved. */
export function registrationRules(settings: Settings, proving?: Parameters<typeof provingRules>[1]) {
  return {
    ...nameRules(settings),
    limits: { address: settings.REGISTER_RATE_ADDRESS, global: settings.REGISTER_RATE_GLOBAL },
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
    passwords: passwords(settings),
    proving: proving && provingRules(settings, proving),
  };
}
