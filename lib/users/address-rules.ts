import { passwords } from '#lib/passwords/passwords.ts';
import type { Settings } from '#lib/settings.ts';
import { tokenRules } from '#lib/tokens/token-rules.ts';
import type { LoginLimits } from './login.ts';

/** What the settings say about exchanging addresses. */
export function addressRules(settings: Settings) {
  return {
    rules: tokenRules(settings),
    limits: loginLimits(settings),
    passwords: passwords(settings),
    undoSeconds: settings.CHANGE_UNDO_LIFETIME,
  };
}

/** How often a login, and what is counted with it, may be tried. */
export function loginLimits(settings: Settings): LoginLimits {
  return { account: settings.LOGIN_RATE_ACCOUNT, address: settings.LOGIN_RATE_ADDRESS, global: settings.LOGIN_RATE_GLOBAL };
}
