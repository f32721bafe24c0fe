import type { Hooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { openingRules } from './opening-rules.ts';

/** The settings of sliding tokens and their sessions. */
export function slidingRules(settings: Settings) {
  return {
    rules: tokenRules(settings),
    slidingSeconds: settings.SLIDING_TOKEN_LIFETIME,
    lifetimes: { renewableSeconds: settings.SLIDING_TOKEN_REFRESH_LIFETIME, rememberedSeconds: settings.REMEMBERED_TOKEN_LIFETIME },
  };
}

/** The same for a sign-in, with its hooks. Throws SettingsError if the hooks cannot be used on this stage. */
export function slidingOpeningRules(settings: Settings, hooks: Hooks) {
  return { ...openingRules(settings, hooks, 'SLIDING_TOKEN_OBTAIN_SERIALIZER'), ...slidingRules(settings) };
}
