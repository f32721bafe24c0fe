import { describe, expect, test } from 'vitest';
import { planRotation, type Step, type Wish } from '#lib/keys/plan-rotation.ts';
import { at, day, hour, key, ring, rules } from './made-ring.ts';

const told = (steps: readonly Step[]) => steps.map((step) => ('kid' in step ? `${step.does} ${step.kid}` : step.does));
const plan = (keys: ReturnType<typeof ring>, now: number, wish: Wish = {}, given = rules) => told(planRotation(keys, at(now), given, wish));
const born = { published_at: 0 };

describe('a key that signs', () => {
  test('signs until it is as old as the stage says; then the next one is made and published', () => {
    expect(plan(ring([key('a', born)]), 90 * day - 1)).toEqual([]);
    expect(plan(ring([key('a', born)]), 90 * day)).toEqual(['make', 'publish new']);
  });

  test('signs for ever if the stage says so', () => {
    expect(plan(ring([key('a', born)]), 10_000 * day, {}, { ...rules, everySeconds: 0 })).toEqual([]);
  });

  test('without a date gets one, and its age counts from then', () => {
    expect(plan(ring([key('a')]), 1000 * day)).toEqual(['date a']);
  });

  test('is published if it is not, before all other steps', () => {
    expect(plan(ring([]), day)).toEqual(['publish a']);
  });
});

describe('the next key', () => {
  test('signs as soon as all verifiers know it, and the previous one is retired', () => {
    const keys = ring([key('a', born), key('b', { published_at: 90 * day })], 'b');
    expect(plan(keys, 90 * day + hour - 1)).toEqual([]);
    expect(plan(keys, 90 * day + hour)).toEqual(['promote b', 'retire a']);
  });

  test('is published if that was not done, and waits from then on', () => {
    expect(plan(ring([key('a', born)], 'b'), 200 * day)).toEqual(['publish b']);
  });

  test('that was published without a date waits from now on', () => {
    expect(plan(ring([key('a', born), key('b')], 'b'), 200 * day)).toEqual(['date b']);
  });
});

describe('a previous key', () => {
  test('stays published until its last token has expired, and is then removed', () => {
    const keys = ring([key('a', { published_at: 90 * day }), key('z', { published_at: 0, retired_at: 91 * day })]);
    expect(plan(keys, 121 * day + hour - 1)).toEqual([]);
    expect(plan(keys, 121 * day + hour)).toEqual(['remove z']);
  });

  test('that a crash left unretired is retired now', () => {
    expect(plan(ring([key('a', { published_at: 90 * day }), key('z', born)]), 91 * day)).toEqual(['retire z']);
  });
});

describe('a requested rotation', () => {
  test('begins, even if the signing key is new', () => {
    expect(plan(ring([key('a', born)]), 60, { begin: true })).toEqual(['make', 'publish new']);
  });

  test('does not begin again while one is under way', () => {
    expect(plan(ring([key('a', born), key('b', { published_at: day })], 'b'), day + 1, { begin: true })).toEqual([]);
    expect(plan(ring([key('a', born), key('b', { published_at: day })], 'b'), 2 * day, { begin: true })).toEqual(['promote b', 'retire a']);
    expect(
      plan(ring([key('b', { published_at: day }), key('a', { ...born, retired_at: 2 * day })], undefined, 'b'), 3 * day, { begin: true }),
    ).toEqual([]);
  });

  test('with now lets the next key sign at once, makes it if needed, and does so only once', () => {
    expect(plan(ring([key('a', born), key('b', { published_at: day })], 'b'), day + 1, { now: true })).toEqual(['promote b', 'retire a']);
    expect(plan(ring([key('a', born)]), day, { now: true, begin: true })).toEqual(['make', 'publish new', 'promote new', 'retire a']);
  });
});

describe('a leaked key', () => {
  test('is removed at once, even if its tokens have not expired', () => {
    const keys = ring([key('a', { published_at: 90 * day }), key('z', { published_at: 0, retired_at: 91 * day })]);
    expect(plan(keys, 92 * day, { remove: ['z'] })).toEqual(['remove z']);
  });

  test('is removed after another one signs, if it was the signing key', () => {
    expect(plan(ring([key('a', born)]), day, { now: true, remove: ['a'] })).toEqual(['make', 'publish new', 'promote new', 'remove a']);
  });

  test('is replaced if it has not signed yet', () => {
    const keys = ring([key('a', born), key('b', { published_at: day })], 'b');
    expect(plan(keys, 2 * day, { remove: ['b'] })).toEqual(['make', 'remove b', 'publish new']);
    expect(plan(keys, 2 * day, { now: true, remove: ['a', 'b'] })).toEqual(['make', 'remove b', 'publish new', 'promote new', 'remove a']);
  });
});
