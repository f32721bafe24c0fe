import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeyRing, publishedKey } from '#lib/keys/key-ring.ts';
import { afterStep, afterWish, planRotation, type Wish } from '#lib/keys/plan-rotation.ts';
import { at, day, hour, jwk, key, ring } from './made-ring.ts';

const tokenSeconds = 30 * day;
const rules = { propagationSeconds: hour, retiredSeconds: tokenSeconds + hour, everySeconds: 40 * day };

/** One run: how long after the one before, how many writes until it crashes, and whether a person asked for it. */
const run = fc.record({
  afterSeconds: fc.oneof(
    fc.integer({ min: 0, max: 2 * hour }),
    fc.integer({ min: 0, max: 3 * day }),
    fc.integer({ min: 0, max: 60 * day }),
    fc.constantFrom(hour - 1, hour, tokenSeconds + hour - 1, tokenSeconds + hour),
  ),
  writes: fc.oneof({ weight: 2, arbitrary: fc.constant(99) }, fc.nat(4)),
  isAsked: fc.boolean(),
});

type Moment = { readonly at: number; readonly ring: KeyRing };

/** Every state of the store, and since when. */
function history(runs: readonly { afterSeconds: number; writes: number; isAsked: boolean }[], first: KeyRing, takes: number): Moment[] {
  const moments: Moment[] = [{ at: Number.NEGATIVE_INFINITY, ring: first }];
  let now = 0;
  let made = 0;
  let keys = first;
  for (const { afterSeconds, writes, isAsked } of runs) {
    now += afterSeconds;
    let wish: Wish = { begin: isAsked };
    for (let written = 0; written < writes; written += 1) {
      const [step] = planRotation(keys, at(now), rules, wish);
      if (!step) break;
      if (step.does === 'make') made += 1;
      keys = afterStep(keys, step, at(now), jwk(`key-${made}`));
      wish = afterWish(wish, step);
      now += takes;
      moments.push({ at: now, ring: keys });
    }
  }
  return moments;
}

const kids = (moments: readonly Moment[]) =>
  new Set(moments.flatMap(({ ring: { published, current } }) => [current.kid, ...published.map(({ kid }) => kid)]));
const instants = (moments: readonly Moment[], holds: (moment: Moment) => boolean) =>
  moments.flatMap((moment, index) => (holds(moment) ? [{ from: moment.at, to: moments[index + 1]?.at ?? Number.POSITIVE_INFINITY }] : []));

test('after any requests and crashes, a key is published before it signs and until its last token has expired', () => {
  fc.assert(
    fc.property(fc.array(run, { minLength: 5, maxLength: 40 }), fc.boolean(), fc.integer({ min: 0, max: 5 }), (runs, isOld, takes) => {
      const moments = history(runs, ring([key('a', isOld ? {} : { published_at: 0 })]), takes);
      for (const kid of kids(moments)) {
        const signs = instants(moments, ({ ring: { current } }) => current.kid === kid);
        const shown = instants(moments, (moment) => publishedKey(moment.ring, kid) !== undefined);
        if (signs.length === 0) continue;
        const gaps = shown.filter(({ from }, index) => index > 0 && from !== shown[index - 1]?.to);
        expect(gaps, `${kid} is published in one go`).toEqual([]);
        const [from = 0, to = 0] = [signs[0]?.from, signs.at(-1)?.to];
        const [since = 0, until = 0] = [shown[0]?.from, shown.at(-1)?.to];
        if (kid !== 'a') expect(from - since, `${kid} is known before it signs`).toBeGreaterThanOrEqual(rules.propagationSeconds);
        if (to === Number.POSITIVE_INFINITY) expect(until, `${kid} signs and is known`).toBe(to);
        else expect(until - to, `${kid} is known after it signed`).toBeGreaterThanOrEqual(rules.retiredSeconds);
      }
    }),
    { numRuns: 500 },
  );
});

test('an uninterrupted rotation ends, and leaves one key', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), (runs) => {
      const last = history(runs, ring([key('a')]), 1).at(-1)?.ring ?? expect.unreachable();
      const quiet = { ...rules, everySeconds: 0 };
      let keys = last;
      for (let now = 20 * 60 * day, rounds = 0; rounds < 4; rounds += 1, now += 40 * day) {
        for (const step of planRotation(keys, at(now), quiet)) keys = afterStep(keys, step, at(now), jwk('never'));
      }
      expect([keys.published.map(({ kid }) => kid), keys.next]).toEqual([[keys.current.kid], undefined]);
    }),
  );
});

test('a plan that was carried out leaves nothing to do', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), fc.nat(100 * day), fc.boolean(), fc.boolean(), (runs, later, begin, isUrgent) => {
      let keys = history(runs, ring([key('a')]), 0).at(-1)?.ring ?? expect.unreachable();
      const now = at(20 * 60 * day + later);
      const steps = planRotation(keys, now, rules, { begin, now: isUrgent });
      for (const step of steps) keys = afterStep(keys, step, now, jwk('new'));
      expect(steps.length).toBeLessThan(20);
      expect(planRotation(keys, now, rules, {})).toEqual([]);
    }),
  );
});
