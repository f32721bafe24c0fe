import { takesScheme } from '#lib/auth-scheme.ts';
import type { Settings } from './catalogue.ts';

/** The errors in the settings of human checks. */
export function humanCheckErrors(settings: Settings): string[] {
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    [
      settings.CAPTCHA_LIFETIME < 10 || settings.CAPTCHA_LIFETIME > 600,
      'CAPTCHA_LIFETIME has to be at least 10s and at most 10m: people need time to read, and programs should not have much',
    ],
    [
      settings.CHALLENGE_LIFETIME < 60 || settings.CHALLENGE_LIFETIME > 3600,
      'CHALLENGE_LIFETIME has to be at least 1m and at most 1h: slow phones need time, and solutions should not be stockpiled',
    ],
    [
      ['always', 'when-pressed'].includes(settings.HUMAN_CHECK_LOGIN) && takesScheme(settings.AUTH_HEADER_TYPES, 'basic'),
      'HUMAN_CHECK_LOGIN has to be off or when-full if AUTH_HEADER_TYPES has Basic: a header carries no proof, so passwords could be guessed without one',
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, error]) => error);
}
