import { nameRules } from '#lib/names/name-rules.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { provingRules } from '#lib/users/prove-newcomer.ts';
import { registerLimits } from './login-limits.ts';

/** What the settings say about making an account. `proving` is what an address is proved with, if the stage wants one proved. */
export function registrationRules(settings: Settings, proving?: Parameters<typeof provingRules>[1]) {
  return {
    ...nameRules(settings),
    limits: registerLimits(settings),
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
    passwords: passwords(settings),
    wanted: settings.REGISTER_VERIFIED,
    proving: proving && provingRules(settings, proving),
  };
}
