import { setTimeout as pause } from 'node:timers/promises';

/** Keeps several workers together within so many units a second. */
export type Pace = {
  /** Waits until what was spent so far is paid for, and spends this much more. */
  spend(units: number): Promise<void>;
};

type Clock = { readonly now: () => number; readonly wait: (milliseconds: number) => Promise<unknown> };

/**
 * A bucket that holds one second's worth: units are spent when they are known, which for a read is after it, and whoever comes next waits for
 * the debt to be paid.
 */
export function keepPace(unitsPerSecond: number, { now, wait }: Clock = { now: () => performance.now(), wait: pause }): Pace {
  let [level, at] = [unitsPerSecond, now()];
  return {
    async spend(units) {
      const moment = now();
      level = Math.min(unitsPerSecond, level + ((moment - at) / 1000) * unitsPerSecond) - units;
      at = moment;
      if (level < 0) await wait((-level / unitsPerSecond) * 1000);
    },
  };
}

/** The units a second that were typed; throws what `misused` makes where they are none. */
export function unitsAsked(typed: string, misused: (why: string) => Error): number {
  const units = Number(typed);
  if (!Number.isInteger(units) || units < 1) throw misused('--rate has to be a whole number from 1 on.');
  return units;
}
