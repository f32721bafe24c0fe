import type { Hooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { openingRules } from './opening-rules.ts';

/** What the settings say about sliding tokens and the sessions they belong to. */
export function slidingRules(settings: Settings) {
  return {
    rules: tokenRules(settings),
    slidingSeconds: settings.SLIDING_TOKEN_LIFETIME,
    lifetimes: { renewableSeconds: settings.SLIDING_TOKEN_REFRESH_LIFETIME, rememberedSeconds: settings.REMEMBERED_TOKEN_LIFETIME },
  };
}

/** The same for a sign-in, with what hooks.ts says about it. Throws SettingsError where the hooks are not usable. */
export function slidingOpeningRules(settings: Settings, hooks: Hooks) {
  return { ...openingRules(settings, hooks, 'SLIDING_TOKEN_OBTAIN_SERIALIZER'), ...slidingRules(settings) };
}
