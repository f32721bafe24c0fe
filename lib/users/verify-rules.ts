import { codeRules } from '#lib/codes/code-rules.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/** Reads the rules for proving an address from the settings. */
export function verifyRules(settings: Settings) {
  return { freshSeconds: settings.FRESH_LOGIN_LIFETIME, ...codeRules(settings), ...sessionRules(settings) };
}
