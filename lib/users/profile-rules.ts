import { nameRules } from '#lib/names/name-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { kindsByCode } from './proved-addresses.ts';

/** Reads the rules for changing a profile from the settings; `counting` is what the tries of names are counted with. */
export function profileRules(settings: Settings, counting: Parameters<typeof throttle>[0]) {
  return {
    ...nameRules(settings),
    rules: tokenRules(settings),
    countries: settings.CODE_COUNTRIES,
    sends: { email: settings.EMAIL_SENDER !== 'off', sms: settings.SMS_SENDER !== 'off' },
    undoSeconds: settings.CHANGE_UNDO_LIFETIME,
    freshSeconds: settings.FRESH_LOGIN_LIFETIME,
    limits: { address: settings.REGISTER_RATE_ADDRESS, global: settings.REGISTER_RATE_GLOBAL },
    throttle: throttle(counting),
    wanted: settings.REGISTER_VERIFIED,
    byCode: kindsByCode(settings),
  };
}
