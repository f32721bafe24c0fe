import { setTimeout as pause } from 'node:timers/promises';
import { keepPace } from '../pace.ts';

/** The pace of writing: a number of units a second, and fewer for a while after each throttling. */
export type Strain = {
  /** Waits for the units of the next call. */
  spend(units: number): Promise<void>;
  /** Corrects the estimate of a call; the next calls wait accordingly. */
  correct(units: number): void;
  /** The tables accepted a call: back towards full speed. */
  eased(): void;
  /**
   * The tables throttled, the so many-th time in a row: half the speed, and a wait with full jitter (AWS Builders'
   * Library).
   */
  backOff(attempt: number): Promise<void>;
};

type Clock = { readonly now: () => number; readonly wait: (milliseconds: number) => Promise<unknown>; readonly random: () => number };

const most = 32;
const longestWait = 5000;

/** `unitsPerSecond` undefined: no limit. */
export function keepStrain(
  unitsPerSecond: number | undefined,
  clock: Clock = { now: () => performance.now(), wait: pause, random: Math.random },
): Strain {
  const pace = keepPace(unitsPerSecond ?? Number.MAX_SAFE_INTEGER, clock);
  let strain = 1;
  return {
    spend: async (units) => await pace.spend(units * strain),
    correct(units) {
      pace.spend(units).catch(() => {});
    },
    eased() {
      strain = Math.max(1, strain * 0.98);
    },
    async backOff(attempt) {
      strain = Math.min(most, strain * 2);
      await clock.wait(clock.random() * Math.min(longestWait, 50 * 2 ** attempt));
    },
  };
}
