import { codeRules } from '#lib/codes/code-rules.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { loginLimits } from '#lib/sign-in/login-limits.ts';

/** Reads the rules for exchanging addresses from the settings. */
export function addressRules(settings: Settings) {
  return {
    limits: loginLimits(settings),
    passwords: passwords(settings),
    undoSeconds: settings.CHANGE_UNDO_LIFETIME,
    ...codeRules(settings),
    ...sessionRules(settings),
  };
}
