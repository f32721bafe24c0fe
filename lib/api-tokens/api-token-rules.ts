import { takesScheme } from '#lib/auth-scheme.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

type Given = Pick<Settings, 'API_TOKENS_PER_USER' | 'API_TOKEN_LIFETIME' | 'CHECK_USER_IS_ACTIVE'>;

/** What the settings say about API tokens. `longestSeconds` 0: they may be for ever. */
export function apiTokenRules(settings: Given) {
  return {
    most: settings.API_TOKENS_PER_USER,
    longestSeconds: settings.API_TOKEN_LIFETIME,
    isActiveChecked: settings.CHECK_USER_IS_ACTIVE,
  };
}

/** Throws `not_found` on a stage that takes no API tokens: what nobody could use is neither made nor shown. */
export function requireApiTokens({ AUTH_HEADER_TYPES: words }: Pick<Settings, 'AUTH_HEADER_TYPES'>): void {
  if (!takesScheme(words, 'token')) throw new Problem('not_found', { detail: 'api_tokens_off', reason: 'AUTH_HEADER_TYPES has no Token' });
}
