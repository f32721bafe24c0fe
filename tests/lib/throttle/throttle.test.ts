import { describe, expect, test } from 'vitest';
import type { LookupSecrets } from '#lib/lookup-secrets.ts';
import { everybody, type Limit, throttle } from '#lib/throttle/throttle.ts';
import { memoryCounterStore } from '../../stores/counter-store.memory.ts';
import { memoryTables } from '../../stores/memory-tables.ts';
import { madeSecret, readOneSecret } from '../made-secrets.ts';

const made = (counters = memoryCounterStore()) => {
  const clock = { now: new Date('2026-05-01T12:00:00.000Z') };
  const limits = throttle({ counters, lookupSecret: readOneSecret, now: () => clock.now });
  const pass = (seconds: number) => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
  };
  return { ...limits, pass };
};
const limit = (given: Partial<Limit> = {}): Limit => ({
  name: 'login-account',
  rate: { max: 3, windowSeconds: 60 },
  subject: 'ann',
  ...given,
});
const throttled = (retryAfterSeconds: number) => ({
  code: 'throttled',
  options: { retryAfterSeconds, values: { seconds: retryAfterSeconds } },
});

describe('a limit', () => {
  test('allows so many tries and then says when to try again', async () => {
    const { spend, pass } = made();
    pass(12.5);
    for (let time = 1; time <= 3; time += 1) expect(await spend(limit())).toMatchObject([{ name: 'login-account', count: time }]);
    await expect(spend(limit())).rejects.toMatchObject(throttled(68));
    pass(47.5);
    await expect(spend(limit())).rejects.toMatchObject(throttled(20));
    pass(19.4);
    await expect(spend(limit())).rejects.toMatchObject(throttled(1));
    pass(0.6);
    expect(await spend(limit())).toMatchObject([{ count: 3 }]);
    await expect(spend(limit())).rejects.toMatchObject(throttled(20));
    pass(20);
    expect(await spend(limit())).toMatchObject([{ count: 3 }]);
    pass(120);
    expect(await spend(limit())).toMatchObject([{ count: 1 }]);
  });

  test('does not double where two windows of the clock meet', async () => {
    const { spend, pass } = made();
    pass(59);
    for (let time = 1; time <= 3; time += 1) await spend(limit());
    pass(2);
    await expect(spend(limit())).rejects.toMatchObject(throttled(19));
  });

  test('allows no more than its tries in any span of its length, give or take one', async () => {
    const { spend, pass } = made();
    const times: number[] = [];
    for (let second = 0; second < 600; second += 1) {
      pass(1);
      const isCounted = await spend(limit({ rate: { max: 6, windowSeconds: 60 } })).then(
        () => true,
        () => false,
      );
      if (isCounted) times.push(second);
    }
    const inSpan = times.map((start) => times.filter((time) => time >= start && time < start + 60).length);
    expect(Math.max(...inSpan)).toBeLessThanOrEqual(7);
    expect(times.length).toBeGreaterThanOrEqual(50);
  });

  test('with a ceiling counts tries over its rate, up to the ceiling', async () => {
    const { spend } = made();
    for (let time = 1; time <= 6; time += 1) expect(await spend(limit({ ceiling: 2 }))).toMatchObject([{ count: time, max: 3 }]);
    await expect(spend(limit({ ceiling: 2 }))).rejects.toMatchObject({ code: 'throttled' });
  });

  test('counts one subject for one purpose', async () => {
    const { spend } = made();
    for (let time = 0; time < 3; time += 1) await spend(limit());
    await spend(limit({ subject: 'bob' }), limit({ name: 'login-address' }));
    await expect(spend(limit())).rejects.toMatchObject({ code: 'throttled' });
  });

  test('cannot be avoided by a subject written into its name', async () => {
    const { spend } = made();
    for (let time = 0; time < 3; time += 1) await spend(limit({ name: 'a', subject: 'b\0c' }));
    expect(await spend(limit({ name: 'a\0b', subject: 'c' }))).toMatchObject([{ count: expect.any(Number) }]);
    expect(await spend(limit({ name: 'a', subject: 'b' }))).toMatchObject([{ count: 1 }]);
  });

  test('that is off counts nothing', async () => {
    const tables = memoryTables();
    const { spend } = made(memoryCounterStore(tables));
    expect(await spend(limit({ rate: { max: 0, windowSeconds: 1 } }))).toEqual([]);
    expect(tables.counters.size).toBe(0);
  });

  test('counts each of many tries at once', async () => {
    const { spend } = made();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => spend(limit({ rate: { max: 10, windowSeconds: 60 } }))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });
});

describe('several limits', () => {
  test('are all counted, and the longest wait is returned', async () => {
    const { spend } = made();
    const short = limit({ name: 'short', rate: { max: 1, windowSeconds: 10 } });
    const long = limit({ name: 'long', rate: { max: 1, windowSeconds: 600 } });
    expect(await spend(short, long)).toMatchObject([{ name: 'short' }, { name: 'long' }]);
    await expect(spend(short, long)).rejects.toMatchObject(throttled(1200));
    await expect(spend(short)).rejects.toMatchObject(throttled(20));
  });
});

test('a try that one limit refuses does not count against the others', async () => {
  const tables = memoryTables();
  const { spend } = made(memoryCounterStore(tables));
  const [narrow, wide] = [
    limit({ name: 'narrow', rate: { max: 1, windowSeconds: 60 } }),
    limit({ name: 'wide', rate: { max: 100, windowSeconds: 60 } }),
  ];
  await Promise.allSettled(Array.from({ length: 20 }, () => spend(narrow, wide)));
  expect([...tables.counters.values()]).toEqual([1, 1]);
});

describe('a try', () => {
  test('that was given back can be made again', async () => {
    const { spend, giveBack } = made();
    const spent = [];
    for (let time = 0; time < 3; time += 1) spent.push(...(await spend(limit())));
    await giveBack(...spent.slice(0, 2));
    expect(await spend(limit())).toMatchObject([{ count: 2 }]);
  });

  test('that succeeded resets the count if it is cleared', async () => {
    const { spend, clear } = made();
    await spend(limit());
    const [spent] = await spend(limit());
    if (spent) await clear(spent);
    expect(await spend(limit())).toMatchObject([{ count: 1 }]);
  });

  test('that succeeded resets the count of the window before, too', async () => {
    const { spend, clear, pass } = made();
    pass(59);
    await spend(limit());
    await spend(limit());
    pass(2);
    const [spent] = await spend(limit());
    expect(spent).toMatchObject({ count: 3 });
    if (spent) await clear(spent);
    expect(await spend(limit())).toMatchObject([{ count: 1 }]);
  });
});

describe('a limit for all callers', () => {
  test('is spread over several counters, which together allow no more', async () => {
    const tables = memoryTables();
    const { spend } = made(memoryCounterStore(tables));
    const all = limit({ name: 'login-global', rate: { max: 3000, windowSeconds: 60 }, subject: everybody });
    const outcomes = await Promise.allSettled(Array.from({ length: 4000 }, () => spend(all)));
    expect(tables.counters.size).toBe(3);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3000);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(2800);
  });

  test('is one counter if it is small', async () => {
    const { spend } = made();
    for (let time = 1; time <= 5; time += 1) {
      expect(await spend(limit({ rate: { max: 5, windowSeconds: 60 }, subject: everybody }))).toMatchObject([{ count: time }]);
    }
  });
});

test('a counter’s key contains no name or address', async () => {
  const tables = memoryTables();
  await made(memoryCounterStore(tables)).spend(
    limit({ subject: 'ann@example.com' }),
    limit({ name: 'login-address', subject: '192.0.2.1' }),
  );
  expect([...tables.counters.keys()].join()).not.toMatch(/ann|example|192/);
  const other = throttle({
    counters: memoryCounterStore(tables),
    lookupSecret: async () => [madeSecret(8)],
    now: () => new Date('2026-05-01T12:00:00.000Z'),
  });
  expect(await other.spend(limit({ subject: 'ann@example.com' }))).toMatchObject([{ count: 1 }]);
});

describe('a rotation of the lookup secret', () => {
  const noon = Date.parse('2026-05-01T12:00:00.000Z');
  const [old, other] = [madeSecret(7), madeSecret(8, noon / 1000 + 450)];
  const countsAt = async (tables: ReturnType<typeof memoryTables>, seconds: number, secrets: LookupSecrets) => {
    const now = () => new Date(noon + seconds * 1000);
    const limits = throttle({ counters: memoryCounterStore(tables), lookupSecret: async () => secrets, now });
    return (await limits.spend(limit({ rate: { max: 10, windowSeconds: 900 } }))).map(({ count }) => count);
  };

  test('begins no count anew: in its window, and in the next, which counts the tries of the one before', async () => {
    const tables = memoryTables();
    const counts = [];
    for (const seconds of [0, 449, 450, 899, 900, 1799]) counts.push(...(await countsAt(tables, seconds, [other, old])));
    expect(counts).toEqual([1, 2, 3, 4, 5, 3]);
  });

  test('that replaces a leaked value begins a count anew once, and then counts on', async () => {
    const tables = memoryTables();
    const counts = [await countsAt(tables, 0, [old]), await countsAt(tables, 451, [other]), await countsAt(tables, 452, [other])];
    expect(counts.flat()).toEqual([1, 1, 2]);
  });
});

test('a limit that cannot be read lets no try through', async () => {
  const counters = { ...memoryCounterStore(), add: async () => Promise.reject(new Error('no table')) };
  await expect(made(counters).spend(limit())).rejects.toThrow('no table');
});
