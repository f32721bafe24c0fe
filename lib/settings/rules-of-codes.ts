import type { Settings } from './catalogue.ts';

/** The errors in the settings of codes. */
export function codeErrors(settings: Settings): string[] {
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    [
      settings.CODE_LIFETIME < 60 || settings.CODE_LIFETIME > 600,
      'CODE_LIFETIME has to be at least 1m and at most 10m: six digits do not stay secret for longer',
    ],
    [settings.CODE_RESEND_AFTER > 600, 'CODE_RESEND_AFTER has to be at most 10m: people ask again for a code that was lost'],
    [
      settings.STAGE !== 'local' && settings.CODE_RATE_TARGET.length === 0,
      'CODE_RATE_TARGET cannot be off on a deployed stage: each code has CODE_TRIES tries, so it bounds how often six digits are guessed',
    ],
    [settings.RESET_LIFETIME < 300 || settings.RESET_LIFETIME > 86_400, 'RESET_LIFETIME has to be at least 5m and at most 1d'],
    [
      settings.CHANGE_UNDO_LIFETIME < 3600 || settings.CHANGE_UNDO_LIFETIME > 7 * 86_400,
      'CHANGE_UNDO_LIFETIME has to be at least 1h and at most 7d: the owner needs time to read it, and an old mailbox may be lost',
    ],
    [
      settings.STAGE !== 'local' && settings.CODE_FIXED !== '',
      'CODE_FIXED has to be empty on a deployed stage: anyone could sign in as any user',
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, error]) => error);
}
