import { describe, expect, test } from 'vitest';
import type { Segment } from '#lib/transfer/user-scan.ts';
import type { User } from '#lib/users/user.ts';
import { everyUser } from '../../scripts/users/every-user.ts';
import { keepPace } from '../../scripts/users/pace.ts';
import { madeUser } from '../lib/users/made-user.ts';

const atOnce = { spend: async () => {} };

describe('all users', () => {
  /** Three pages a segment. */
  const scanOf = (trouble: (segment: Segment, page: number) => void) => ({
    page: async (segment: Segment, after?: { id: string }) => {
      const page = Number(after?.id ?? 0);
      trouble(segment, page);
      const id = `${segment.number}.${page}`;
      return { users: [madeUser({ id })], units: 1, next: page < 2 ? { id: String(page + 1) } : undefined };
    },
  });

  test('are read once, from every segment, to the end', async () => {
    const seen: string[] = [];
    await everyUser({ scan: scanOf(() => {}), pace: atOnce, segments: 3 }, async (users) => void seen.push(...users.map(({ id }) => id)));
    expect(seen.sort()).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1', '1.2', '2.0', '2.1', '2.2']);
  });

  test('are read on if the table throttles; after a failure no segment continues', async () => {
    const named = (name: string) => Object.assign(new Error(name), { name });
    let throttled = 0;
    const seen: User[] = [];
    const take = async (users: readonly User[]) => void seen.push(...users);
    const patient = scanOf(({ number }, page) => {
      if (number === 0 && page === 1 && throttled++ < 1) throw named('ProvisionedThroughputExceededException');
    });
    await everyUser({ scan: patient, pace: atOnce, segments: 2 }, take);
    expect([throttled, seen.length]).toEqual([2, 6]);

    seen.length = 0;
    const failing = scanOf(({ number }, page) => {
      if (number === 0 && page === 1) throw named('AccessDeniedException');
    });
    const slowly = { spend: () => new Promise<void>((done) => setTimeout(done, 20)) };
    await expect(everyUser({ scan: failing, pace: slowly, segments: 2 }, take)).rejects.toThrow('AccessDeniedException');
    await slowly.spend();
    await slowly.spend();
    expect(seen.length).toBeLessThan(4);
  });
});

test('a pace lets a second’s worth go at once, and then only new units, regardless of the worker', async () => {
  let now = 0;
  const waits: number[] = [];
  const pace = keepPace(10, { now: () => now, wait: async (milliseconds) => void waits.push(milliseconds) });
  await Promise.all([pace.spend(6), pace.spend(4), pace.spend(5), pace.spend(5)]);
  expect(waits).toEqual([500, 1000]);
  now = 60_000;
  await pace.spend(10);
  await pace.spend(20);
  expect(waits).toEqual([500, 1000, 2000]);
});
