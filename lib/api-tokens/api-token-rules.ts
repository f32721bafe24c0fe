import { takesScheme } from '#lib/auth-scheme.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

type Given = Pick<Settings, 'API_TOKENS_PER_USER' | 'API_TOKEN_LIFETIME' | 'CHECK_USER_IS_ACTIVE'>;

/** The settings of API tokens, in the form that `Needs` want. `longestSeconds` 0: they may live for ever. */
export function apiTokenRules(settings: Given) {
  return {
    most: settings.API_TOKENS_PER_USER,
    longestSeconds: settings.API_TOKEN_LIFETIME,
    isActiveChecked: settings.CHECK_USER_IS_ACTIVE,
  };
}

/** Throws `not_found` if the stage accepts no API tokens: a token that cannot be used is neither made nor shown. */
export function requireApiTokens({ AUTH_HEADER_TYPES: words }: Pick<Settings, 'AUTH_HEADER_TYPES'>): void {
  if (!takesScheme(words, 'token')) throw new Problem('not_found', { detail: 'api_tokens_off', reason: 'AUTH_HEADER_TYPES has no Token' });
}
