import { nameRules } from '#lib/names/name-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

/** Reads the rules for changing a profile from the settings. */
export function profileRules(settings: Settings) {
  return {
    ...nameRules(settings),
    rules: tokenRules(settings),
    countries: settings.CODE_COUNTRIES,
    sends: { email: settings.EMAIL_SENDER !== 'off', sms: settings.SMS_SENDER !== 'off' },
    undoSeconds: settings.CHANGE_UNDO_LIFETIME,
    freshSeconds: settings.FRESH_LOGIN_LIFETIME,
  };
}
