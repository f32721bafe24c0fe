import { passwords } from '#lib/passwords/passwords.ts';
import type { Settings } from '#lib/settings.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import { loginLimits } from './login-limits.ts';

/** What the settings say about exchanging addresses. */
export function addressRules(settings: Settings) {
  return {
    rules: tokenRules(settings),
    limits: loginLimits(settings),
    passwords: passwords(settings),
    undoSeconds: settings.CHANGE_UNDO_LIFETIME,
  };
}
