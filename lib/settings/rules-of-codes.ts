import type { Settings } from './catalogue.ts';

/** What the settings of codes cannot be, or not beside others. */
export function codeErrors(settings: Settings): string[] {
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    [
      settings.CODE_LIFETIME < 60 || settings.CODE_LIFETIME > 600,
      'CODE_LIFETIME has to be at least 1m and at most 10m: six digits are not kept secret for longer',
    ],
    [settings.CODE_RESEND_AFTER > 600, 'CODE_RESEND_AFTER has to be at most 10m: a code that went astray is asked for again'],
    [
      settings.CODE_TRIES.max < 1 || settings.CODE_TRIES.max > 10 || settings.CODE_TRIES.windowSeconds < 600,
      'CODE_TRIES has to be at most 10, in 10m or more, and cannot be off: six digits are guessed otherwise',
    ],
    [settings.RESET_LIFETIME < 300 || settings.RESET_LIFETIME > 86_400, 'RESET_LIFETIME has to be at least 5m and at most 1d'],
    [
      settings.CHANGE_UNDO_LIFETIME < 3600 || settings.CHANGE_UNDO_LIFETIME > 7 * 86_400,
      'CHANGE_UNDO_LIFETIME has to be at least 1h and at most 7d: somebody has to read it, and an old mailbox may be lost',
    ],
    [
      settings.STAGE !== 'local' && settings.CODE_FIXED !== '',
      'CODE_FIXED has to be empty on a deployed stage: everybody could sign in as anybody',
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, error]) => error);
}
