import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';

/** The settings of sliding tokens and their sessions. */
export function slidingRules(settings: Settings) {
  return {
    rules: tokenRules(settings),
    slidingSeconds: settings.SLIDING_TOKEN_LIFETIME,
    lifetimes: { renewableSeconds: settings.SLIDING_TOKEN_REFRESH_LIFETIME, rememberedSeconds: settings.REMEMBERED_TOKEN_LIFETIME },
  };
}
