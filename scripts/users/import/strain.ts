import { setTimeout as pause } from 'node:timers/promises';
import { keepPace } from '../pace.ts';

/** How fast the tables are written to: so many units a second, and less of them for a while whenever the tables say that it is too much. */
export type Strain = {
  /** Waits for as many units as something is going to take. */
  spend(units: number): Promise<void>;
  /** Something took more or less than was thought: whoever comes next waits for that. */
  correct(units: number): void;
  /** The tables took it: back towards full speed. */
  eased(): void;
  /** The tables were busy, for the so many-th time in a row: half the speed, and a wait with full jitter (AWS Builders' Library). */
  backOff(attempt: number): Promise<void>;
};

type Clock = { readonly now: () => number; readonly wait: (milliseconds: number) => Promise<unknown>; readonly random: () => number };

const most = 32;
const longestWait = 5000;

/** `unitsPerSecond` undefined is as fast as it goes. */
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
