import { describe, expect, test } from 'vitest';
import type { Arrival, ArrivalState, ArrivalStates, ArrivalStore } from '#lib/transfer/arrival-store.ts';
import { type Candidate, settleAll } from '../../../../scripts/users/import/settle.ts';
import { keepStrain } from '../../../../scripts/users/import/strain.ts';
import { madeUser, namesOf } from '../../../lib/users/made-user.ts';

const candidate = (row: number, roles: readonly string[] = []): Candidate => {
  const user = madeUser({ id: String(row), roles });
  return { place: { row }, changes: [], arrival: { user, identifiers: namesOf(user) } };
};
const candidates = (count: number) =>
  Array.from({ length: count }, (_, index) => candidate(index + 1)).values() as unknown as AsyncIterator<Candidate>;

/** A table that charges so many units a user, and takes no more than so many of them a second by its clock. */
function madeTable({ perSecond = Number.POSITIVE_INFINITY, there = [] as readonly string[], busyFor = 0, charge = 12 } = {}) {
  let [at, spentInSecond, second, busy] = [0, 0, 0, busyFor];
  const spent: { at: number; units: number }[] = [];
  const rows = new Set(there);
  const calls = { look: 0, add: 0, refused: 0, largest: 0 };
  const stand = ({ user }: Arrival): ArrivalState => (rows.has(user.id) ? 'there' : 'absent');
  const answer = (states: ArrivalState[], units: number, isBusy = false): ArrivalStates => ({ states, units, isBusy });
  const store: ArrivalStore = {
    async look(all) {
      calls.look += 1;
      return answer(all.map(stand), all.length * 4);
    },
    async add(all) {
      calls.add += 1;
      calls.largest = Math.max(calls.largest, all.length);
      if (second !== Math.floor(at / 1000)) [second, spentInSecond] = [Math.floor(at / 1000), 0];
      busy -= 1;
      if (busy >= 0 || spentInSecond + all.length * charge > perSecond) {
        calls.refused += 1;
        return answer(
          all.map(() => 'absent'),
          0,
          true,
        );
      }
      if (all.some((each) => stand(each) === 'there')) return answer(all.map(stand), all.length * charge);
      for (const { user } of all) rows.add(user.id);
      spentInSecond += all.length * charge;
      spent.push({ at, units: all.length * charge });
      return answer(
        all.map(() => 'added'),
        all.length * charge,
      );
    },
  };
  const clock = {
    now: () => at,
    random: () => 1,
    wait: async (milliseconds: number) => {
      const until = at + milliseconds;
      await new Promise(setImmediate);
      at = Math.max(at, until);
    },
  };
  return { store, clock, rows, calls, spent, elapsed: () => at };
}

async function settled(table: ReturnType<typeof madeTable>, count: number, rate: number | undefined, isDryRun = false) {
  const came = new Map<number, ArrivalState[]>();
  await settleAll(
    {
      store: table.store,
      strain: keepStrain(rate, table.clock),
      isDryRun,
      settled: ({ place }, standing) => came.set(place.row, [...(came.get(place.row) ?? []), standing]),
    },
    candidates(count),
  );
  expect(came.size).toBe(count);
  for (const states of came.values()) expect(states).toHaveLength(1);
  return [...came.values()].flat();
}

describe('an import', () => {
  test('imports each user once, twenty per call, and reads only until it knows that no user exists', async () => {
    const table = madeTable();
    expect(new Set(await settled(table, 1010, undefined))).toEqual(new Set(['added']));
    expect(table.rows.size).toBe(1010);
    expect(table.calls).toMatchObject({ largest: 20, add: 51 });
    expect(table.calls.look).toBeLessThanOrEqual(4);
  });

  test('reads past the users of an earlier run, and writes from there', async () => {
    const table = madeTable({ there: Array.from({ length: 500 }, (_, index) => String(index + 1)) });
    const came = await settled(table, 1000, undefined);
    expect([came.filter((each) => each === 'there').length, came.filter((each) => each === 'added').length]).toEqual([500, 500]);
    expect(table.calls.look).toBeLessThanOrEqual(30);
    expect(table.calls.add).toBeLessThanOrEqual(30);
  });

  test('without writing (dry run) reads all users and writes none', async () => {
    const table = madeTable({ there: ['7'] });
    const came = await settled(table, 100, undefined, true);
    expect(came.filter((each) => each === 'there')).toHaveLength(1);
    expect([table.calls.add, table.rows.size]).toEqual([0, 1]);
  });

  test.each([240, 1000])('keeps within %i units a second from the second second on', async (rate) => {
    const table = madeTable();
    await settled(table, 400, rate);
    const [total, seconds] = [table.spent.reduce((sum, { units }) => sum + units, 0), table.elapsed() / 1000];
    expect(total).toBe(4800);
    // The bucket holds one second's worth at the beginning, and four calls of twenty are on their way.
    for (let from = 0; from < seconds; from += 1) {
      const within = table.spent.filter(({ at }) => at >= from * 1000 && at < (from + 1) * 1000).reduce((sum, { units }) => sum + units, 0);
      expect(within, `second ${from}`).toBeLessThanOrEqual(rate * (from === 0 ? 2 : 1) + 4 * 240);
    }
    expect(seconds).toBeGreaterThan((4800 - rate) / rate - 1.5);
    expect(seconds).toBeLessThan((4800 + 4 * 240) / rate + 1);
  });

  test('pays for the real cost, not for the estimate', async () => {
    const table = madeTable({ charge: 500 });
    await settled(table, 200, 1000);
    // 100,000 units, of which the last calls go on tick.
    expect(table.elapsed()).toBeGreaterThan(95_000);
  });

  test('halves its speed after each refusal, and returns to full speed', async () => {
    const { clock, elapsed } = madeTable();
    const strain = keepStrain(100, clock);
    const timeOf = async (units: number) => {
      const began = elapsed();
      await strain.spend(units);
      return elapsed() - began;
    };
    await timeOf(100);
    expect(await timeOf(100)).toBeCloseTo(1000);
    await strain.backOff(1);
    const debt = elapsed();
    await strain.backOff(1);
    expect(elapsed() - debt).toBe(100);
    await timeOf(5);
    expect(await timeOf(100)).toBeCloseTo(4000);
    for (let time = 0; time < 200; time += 1) strain.eased();
    expect(await timeOf(100)).toBeCloseTo(1000);
  });

  test('slows down until the tables accept it, and loses no user', async () => {
    const table = madeTable({ perSecond: 720 });
    expect(new Set(await settled(table, 600, 7200))).toEqual(new Set(['added']));
    expect(table.calls.refused).toBeGreaterThan(0);
    expect(table.calls.refused).toBeLessThan(60);
  });

  test('waits for tables that accept nothing, and gives up with a message after a while', async () => {
    const patient = madeTable({ busyFor: 20 });
    expect(new Set(await settled(patient, 100, undefined))).toEqual(new Set(['added']));
    const dying = madeTable({ there: Array.from({ length: 100 }, (_, index) => String(index + 1)), busyFor: 1e9 });
    await expect(settled(dying, 200, undefined)).rejects.toThrow('The tables accept no more writes.');
    expect(dying.elapsed()).toBeGreaterThan(30_000);
  });

  test('of tables that never answered gives up at once', async () => {
    const dead = madeTable();
    const look = async (all: readonly Arrival[]): Promise<ArrivalStates> => ({
      states: all.map(() => 'absent'),
      units: 0,
      isBusy: true,
    });
    const needs = { store: { ...dead.store, look }, strain: keepStrain(undefined, dead.clock), isDryRun: false, settled: () => {} };
    await expect(settleAll(needs, candidates(100))).rejects.toThrow('The tables accept no more writes.');
    expect(dead.elapsed()).toBeLessThan(5000);
  });

  test('gives a call only as many rows as it can take', async () => {
    const table = madeTable();
    const sizes: number[] = [];
    const store: ArrivalStore = {
      ...table.store,
      add: async (all) => {
        sizes.push(all.reduce((sum, { user, identifiers }) => sum + 1 + identifiers.length + user.roles.length, 0));
        return await table.store.add(all);
      },
    };
    const many = Array.from({ length: 30 }, (_, index) =>
      candidate(
        index + 1,
        Array.from({ length: 11 }, (_, role) => `r${role}`),
      ),
    );
    await settleAll(
      { store, strain: keepStrain(undefined, table.clock), isDryRun: false, settled: () => {} },
      many.values() as unknown as AsyncIterator<Candidate>,
    );
    expect(table.rows.size).toBe(30);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });
});
