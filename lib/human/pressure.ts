import type { Spent } from '#lib/throttle/throttle.ts';

/** Whether any of these limits had so many per cent of it used up before this try. */
export function isPressed(tries: readonly Spent[], percent: number): boolean {
  return tries.some(({ count, max }) => (count - 1) * 100 >= percent * max);
}

/** So many times as hard does a challenge become at most: twenty seconds of a laptop at the worst, and the widget gives up after 90. */
export const hardest = 16;

/** How hard a challenge is: `least` while a tenth of the limits or less is used up, then more, evenly in powers, and 16 times as hard at their end. */
export function maxNumberAt(tries: readonly Spent[], least: number): number {
  const used = Math.max(0, ...tries.map(({ count, max }) => count / max));
  const pressure = Math.min(1, Math.max(0, (used - 0.1) / 0.9));
  return Math.round(least * hardest ** pressure);
}
