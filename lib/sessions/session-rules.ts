import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { sessionCookies } from './session-cookies.ts';

/** The settings of sessions and their tokens, in the form that `Needs` want. */
export function sessionRules(settings: Settings) {
  return {
    rules: tokenRules(settings),
    accessSeconds: settings.ACCESS_TOKEN_LIFETIME,
    lifetimes: {
      idleSeconds: settings.REFRESH_TOKEN_LIFETIME,
      rememberedSeconds: settings.REMEMBERED_TOKEN_LIFETIME,
      sessionSeconds: settings.SESSION_LIFETIME,
    },
    isRotating: settings.ROTATE_REFRESH_TOKENS,
    graceSeconds: settings.BLACKLIST_AFTER_ROTATION ? settings.REFRESH_GRACE : Number.POSITIVE_INFINITY,
    cookies: sessionCookies(settings),
  };
}
