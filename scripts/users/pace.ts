import { setTimeout as pause } from 'node:timers/promises';

/** Keeps several workers together within a number of units a second. */
export type Pace = {
  /** Waits until earlier units are paid for, and spends these. */
  spend(units: number): Promise<void>;
};

type Clock = { readonly now: () => number; readonly wait: (milliseconds: number) => Promise<unknown> };

/**
 * A bucket with one second's worth of units. The units of a read are known only after it; the next caller then waits
 * until the debt is paid.
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

/** The given units a second; throws the result of `misused` if they are invalid. */
export function unitsAsked(typed: string, misused: (why: string) => Error): number {
  const units = Number(typed);
  if (!Number.isInteger(units) || units < 1) throw misused('--rate has to be a whole number from 1 on.');
  return units;
}
