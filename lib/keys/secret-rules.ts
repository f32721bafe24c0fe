import type { SecretUse } from '#lib/derived-key.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/** How long each part of a rotation of the lookup secret lasts, in seconds. */
export type SecretRules = {
  /** How long a new value is accepted before things are made with it. */
  readonly announceSeconds: number;
  /** How long a value is accepted after the last thing was made with it. */
  readonly lifeSeconds: number;
  /** How long its key of known devices recognises them after that value made the last one: it stays when the value is dropped. */
  readonly deviceSeconds: number;
};

/**
 * Two hours. A function reads the secret every five minutes, and uses what it has read for an hour at most if Parameter
 * Store cannot be reached. So every function knows a new value before any function makes something with it.
 */
export const announceSeconds = 7200;

/** For clocks that differ, and for requests that have begun. */
const leewaySeconds = 300;

const daySeconds = 86_400;

/** How long something can live that was made for each use. A new use needs its line. */
const lives: Readonly<Record<SecretUse, (settings: Settings) => number>> = {
  digits: ({ CODE_LIFETIME }) => CODE_LIFETIME,
  rows: ({ CODE_LIFETIME, RESET_LIFETIME, CODE_RESEND_AFTER }) => Math.max(CODE_LIFETIME, RESET_LIFETIME, CODE_RESEND_AFTER),
  links: ({ RESET_LIFETIME }) => RESET_LIFETIME,
  undo: ({ CHANGE_UNDO_LIFETIME }) => CHANGE_UNDO_LIFETIME,
  /** A cursor has no end of its own; this is how long a client may take over a list. */
  cursor: () => daySeconds,
  captcha: ({ CAPTCHA_LIFETIME }) => CAPTCHA_LIFETIME,
  challenge: ({ CHALLENGE_LIFETIME }) => CHALLENGE_LIFETIME,
  /** A window and the one before it. The daily budget of codes is counted in days. */
  counters: (settings) => 2 * Math.max(daySeconds, ...windowsOf(settings)),
  /** Their key outlives the value, see `deviceSeconds`. */
  device: () => 0,
  /** Pseudonyms are only compared with others, by people. */
  audit: () => 0,
  name: () => 0,
};

/** The rules of a stage. */
export function secretRules(settings: Settings): SecretRules {
  const longest = Math.max(...Object.values(lives).map((life) => life(settings)));
  return { announceSeconds, lifeSeconds: longest + leewaySeconds, deviceSeconds: settings.KNOWN_DEVICE_LIFETIME };
}

/** The windows of all limits of a stage, in seconds. */
function windowsOf(settings: Settings): number[] {
  return Object.values(settings)
    .flat()
    .flatMap((value) => (typeof value === 'object' && value !== null && 'windowSeconds' in value ? [value.windowSeconds] : []));
}
