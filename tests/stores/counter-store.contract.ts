import { beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '#lib/ids.ts';
import type { CounterStore } from '#lib/throttle/counter-store.ts';

/** The promises of every store of counters, in memory or in DynamoDB. */
export function promisesOfCounterStore(kind: string, start: () => Promise<CounterStore>): void {
  describe(`counters in ${kind}`, () => {
    let counters: CounterStore;
    beforeAll(async () => {
      counters = await start();
    });
    const ending = Math.floor(Date.now() / 1000) + 900;
    const counted = async (key: string, times: number, max: number) => {
      const outcomes = [];
      for (let time = 0; time < times; time += 1) outcomes.push(await counters.add(key, max, ending));
      return outcomes;
    };

    test('tries are counted from one up to the limit', async () => {
      expect(await counted(randomId(), 5, 3)).toEqual([1, 2, 3, 'full', 'full']);
    });

    test('of fifty tries at once with a limit of five, five are counted, one by one', async () => {
      const key = randomId();
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => counters.add(key, 5, ending)));
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(45);
      expect(outcomes.filter((outcome) => outcome !== 'full').sort()).toEqual([1, 2, 3, 4, 5]);
    });

    test('counters are independent', async () => {
      const [one, other] = [randomId(), randomId()];
      await counted(one, 3, 3);
      expect(await counted(other, 1, 3)).toEqual([1]);
    });

    test('the counts of several keys are read at once, without those that never counted', async () => {
      const [one, other, none] = [randomId(), randomId(), randomId()];
      await counted(one, 3, 3);
      await counted(other, 1, 3);
      expect(await counters.counts([one, none, other])).toEqual(
        new Map([
          [one, 3],
          [other, 1],
        ]),
      );
    });

    test('a try that was given back can be made again', async () => {
      const key = randomId();
      await counted(key, 3, 3);
      await counters.giveBack(key);
      expect(await counted(key, 2, 3)).toEqual([3, 'full']);
    });

    test('no more tries can be given back than were counted', async () => {
      const key = randomId();
      await counted(key, 2, 3);
      await Promise.all(Array.from({ length: 10 }, () => counters.giveBack(key)));
      expect(await counted(key, 4, 3)).toEqual([1, 2, 3, 'full']);
    });

    test('giving back to a counter that never counted changes nothing', async () => {
      const key = randomId();
      await counters.giveBack(key);
      expect(await counted(key, 2, 1)).toEqual([1, 'full']);
    });

    test('a counter that was cleared starts again, also if it was full or did not exist', async () => {
      const key = randomId();
      await counters.clear(key);
      await counted(key, 3, 2);
      await counters.clear(key);
      expect(await counted(key, 3, 2)).toEqual([1, 2, 'full']);
    });
  });
}
