import { describe, expect, test } from 'vitest';
import { hardest, isPressed, maxNumberAt } from '#lib/human-check/pressure.ts';

const tries = (count: number, max: number) => ({ name: 'login-account', key: 'k', count, max, windowSeconds: 900 });

describe('a limit is pressed', () => {
  test('if a share of it was used before this try', () => {
    expect([1, 2, 3, 4, 10].map((count) => isPressed([tries(count, 10)], 30))).toEqual([false, false, false, true, true]);
  });

  test('if any of several is', () => {
    expect(isPressed([tries(1, 10), tries(31, 100), tries(1, 6000)], 30)).toBe(true);
    expect(isPressed([tries(1, 10), tries(30, 100), tries(1, 6000)], 30)).toBe(false);
  });

  test('never, if there is none', () => {
    expect(isPressed([], 1)).toBe(false);
  });

  test('exactly, at every percentage', () => {
    for (let percent = 1; percent <= 100; percent += 1) {
      expect(isPressed([tries(percent, 100)], percent), `${percent}`).toBe(false);
      expect(isPressed([tries(percent + 1, 100)], percent), `${percent}`).toBe(true);
    }
  });
});

describe('a challenge is', () => {
  const at = (count: number) => maxNumberAt([tries(count, 100)], 1000);
  test('as easy as the stage says without pressure', () => {
    expect([at(1), at(10), maxNumberAt([], 1000)]).toEqual([1000, 1000, 1000]);
  });

  test('harder with every request, up to 16 times', () => {
    const all = Array.from({ length: 91 }, (_, more) => at(10 + more));
    expect(all.every((each, index) => index === 0 || each > (all[index - 1] ?? 0))).toBe(true);
    expect([at(55), at(100), at(200)]).toEqual([4000, 1000 * hardest, 1000 * hardest]);
  });

  test('as hard as the most used limit requires', () => {
    expect(maxNumberAt([tries(100, 100), tries(1, 6000)], 1000)).toBe(1000 * hardest);
  });
});
