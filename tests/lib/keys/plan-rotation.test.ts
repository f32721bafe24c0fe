import { describe, expect, test } from 'vitest';
import { planRotation, type Step, type Wish } from '#lib/keys/plan-rotation.ts';
import { at, day, hour, key, ring, rules } from './made-ring.ts';

const told = (steps: readonly Step[]) => steps.map((step) => ('kid' in step ? `${step.does} ${step.kid}` : step.does));
const plan = (keys: ReturnType<typeof ring>, now: number, wish: Wish = {}, given = rules) => told(planRotation(keys, at(now), given, wish));
const born = { published_at: 0 };

describe('a key that signs', () => {
  test('does so until it is as old as the stage says, then the next one is made and published', () => {
    expect(plan(ring([key('a', born)]), 90 * day - 1)).toEqual([]);
    expect(plan(ring([key('a', born)]), 90 * day)).toEqual(['make', 'publish new']);
  });

  test('does so for ever where the stage says so', () => {
    expect(plan(ring([key('a', born)]), 10_000 * day, {}, { ...rules, everySeconds: 0 })).toEqual([]);
  });

  test('from before there were dates gets one, and is as old as that', () => {
    expect(plan(ring([key('a')]), 1000 * day)).toEqual(['date a']);
  });

  test('and is not published is published, whatever else is due', () => {
    expect(plan(ring([]), day)).toEqual(['publish a']);
  });
});

describe('the next key', () => {
  test('signs as soon as everybody knows it, and the one before it is retired', () => {
    const keys = ring([key('a', born), key('b', { published_at: 90 * day })], 'b');
    expect(plan(keys, 90 * day + hour - 1)).toEqual([]);
    expect(plan(keys, 90 * day + hour)).toEqual(['promote b', 'retire a']);
  });

  test('is published where that was not done yet, and waits from then on', () => {
    expect(plan(ring([key('a', born)], 'b'), 200 * day)).toEqual(['publish b']);
  });

  test('published without a date waits from now on', () => {
    expect(plan(ring([key('a', born), key('b')], 'b'), 200 * day)).toEqual(['date b']);
  });
});

describe('a previous key', () => {
  test('stays published until its last token is dead, and is then removed', () => {
    const keys = ring([key('a', { published_at: 90 * day }), key('z', { published_at: 0, retired_at: 91 * day })]);
    expect(plan(keys, 121 * day + hour - 1)).toEqual([]);
    expect(plan(keys, 121 * day + hour)).toEqual(['remove z']);
  });

  test('that nobody retired, because somebody crashed, is retired from now on', () => {
    expect(plan(ring([key('a', { published_at: 90 * day }), key('z', born)]), 91 * day)).toEqual(['retire z']);
  });
});

describe('a rotation that is asked for', () => {
  test('begins, however young the key that signs is', () => {
    expect(plan(ring([key('a', born)]), 60, { begin: true })).toEqual(['make', 'publish new']);
  });

  test('does not begin again while one is under way', () => {
    expect(plan(ring([key('a', born), key('b', { published_at: day })], 'b'), day + 1, { begin: true })).toEqual([]);
    expect(plan(ring([key('a', born), key('b', { published_at: day })], 'b'), 2 * day, { begin: true })).toEqual(['promote b', 'retire a']);
    expect(
      plan(ring([key('b', { published_at: day }), key('a', { ...born, retired_at: 2 * day })], undefined, 'b'), 3 * day, { begin: true }),
    ).toEqual([]);
  });

  test('at once lets the next key sign, made if need be, and only once', () => {
    expect(plan(ring([key('a', born), key('b', { published_at: day })], 'b'), day + 1, { now: true })).toEqual(['promote b', 'retire a']);
    expect(plan(ring([key('a', born)]), day, { now: true, begin: true })).toEqual(['make', 'publish new', 'promote new', 'retire a']);
  });
});

describe('a key that leaked', () => {
  test('goes at once, though its tokens live', () => {
    const keys = ring([key('a', { published_at: 90 * day }), key('z', { published_at: 0, retired_at: 91 * day })]);
    expect(plan(keys, 92 * day, { remove: ['z'] })).toEqual(['remove z']);
  });

  test('goes after another one signs, where it was the one that did', () => {
    expect(plan(ring([key('a', born)]), day, { now: true, remove: ['a'] })).toEqual(['make', 'publish new', 'promote new', 'remove a']);
  });

  test('before it signed is replaced by another', () => {
    const keys = ring([key('a', born), key('b', { published_at: day })], 'b');
    expect(plan(keys, 2 * day, { remove: ['b'] })).toEqual(['make', 'remove b', 'publish new']);
    expect(plan(keys, 2 * day, { now: true, remove: ['a', 'b'] })).toEqual(['make', 'remove b', 'publish new', 'promote new', 'remove a']);
  });
});
