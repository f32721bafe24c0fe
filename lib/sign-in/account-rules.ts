import { nameRules } from '#lib/names/name-rules.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { provingRules } from '#lib/users/prove-newcomer.ts';

/** What the settings say about making an account; `proving` is needed only if they want an address verified. */
export function registrationRules(settings: Settings, proving?: Parameters<typeof provingRules>[1]) {
  return {
    ...nameRules(settings),
    limits: { address: settings.REGISTER_RATE_ADDRESS, global: settings.REGISTER_RATE_GLOBAL },
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
    passwords: passwords(settings),
    proving: proving && provingRules(settings, proving),
  };
}
