import type { Spent } from '#lib/throttle/throttle.ts';

/** Whether `percent` or more of one of these limits was used before this try. */
export function isPressed(tries: readonly Spent[], percent: number): boolean {
  return tries.some(({ count, max }) => (count - 1) * 100 >= percent * max);
}

/** Whether one of these limits was used up before this try, so that only a human check lets it pass. */
export function isFull(tries: readonly Spent[]): boolean {
  return tries.some(({ count, max }) => count > max);
}

/** The highest factor of a challenge's difficulty: about twenty seconds on a laptop; the widget gives up after 90. */
export const hardest = 16;

/**
 * The difficulty of a challenge: `least` while at most a tenth of the limits is used, then growing exponentially to 16
 * times `least` at their end.
 */
export function maxNumberAt(tries: readonly Spent[], least: number): number {
  const used = Math.max(0, ...tries.map(({ count, max }) => count / max));
  const pressure = Math.min(1, Math.max(0, (used - 0.1) / 0.9));
  return Math.round(least * hardest ** pressure);
}
