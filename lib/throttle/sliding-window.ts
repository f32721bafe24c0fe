/** The tries of a window of the clock and of the one before, `elapsed` seconds after it began. */
type Window = {
  readonly before: number;
  readonly current: number;
  readonly elapsed: number;
  readonly windowSeconds: number;
};

/**
 * Whether no more than `max` tries were made in the last `windowSeconds`. The tries of the window before are taken as evenly
 * spread, so that two counters are enough and no limit doubles where two windows meet.
 */
export function fits({ before, current, elapsed, windowSeconds }: Window, max: number): boolean {
  return before * (1 - elapsed / windowSeconds) + current <= max;
}

/** The seconds until another try fits, rounded up, at least 1. No try may be made meanwhile. */
export function secondsUntilFree({ before, current, elapsed, windowSeconds }: Window, max: number): number {
  const share = current < max ? elapsedUntil(before, current, max) * windowSeconds : windowSeconds * (1 + elapsedUntil(current, 0, max));
  const milliseconds = Math.round((share - elapsed) * 1000); // so that no rounding error adds a second
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

/** The part of a window, from 0 to 1, after which one more try fits beside `current` tries of it and `before` of the window before. */
function elapsedUntil(before: number, current: number, max: number): number {
  return before === 0 ? 0 : Math.max(0, 1 - (max - current - 1) / before);
}
