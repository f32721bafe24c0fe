import { epochSeconds } from '#lib/duration.ts';
import { type KeyRing, type PublishedKey, previousKeys, publishedKey } from './key-ring.ts';
import type { PublicJwk } from './key-set.ts';
import type { RotationRules } from './rotation-rules.ts';

/**
 * One write to the store of keys, after which every token still holds.
 * - `make`: a new private key is put by as the next one. `publish`: its public half is published. `promote`: it signs.
 * - `retire`: a key that signs no more is given the date from which its end is reckoned. `remove`: it is published no more.
 * - `date`: a key that is needed is given the date it lacks, and loses one it should not have.
 */
export type Step =
  | { readonly does: 'make' }
  | { readonly does: 'publish' | 'promote' | 'retire' | 'remove' | 'date'; readonly kid: string };

/**
 * What is asked for beside what is due. `begin`: start a rotation unless one is under way. `now`: the next key signs at once, known
 * or not. `remove`: keys that are to go though tokens of theirs may live.
 */
export type Wish = { readonly begin?: boolean; readonly now?: boolean; readonly remove?: readonly string[] };

/** Stands for a key that is not made yet in a plan. */
const unmade: PublicJwk = { kty: '', kid: 'new', alg: '' };

/** All steps that are due, in their order. After each of them a crash does no harm: the plan made afterwards is the rest of this one. */
export function planRotation(ring: KeyRing, now: Date, rules: RotationRules, wish: Wish = {}): Step[] {
  const step = nextStep(ring, epochSeconds(now), rules, wish);
  if (!step) return [];
  return [step, ...planRotation(afterStep(ring, step, now, unmade), now, rules, afterWish(wish, step))];
}

/** What is left of a wish after a step: a key is promoted once. */
export function afterWish(wish: Wish, { does }: Step): Wish {
  return does === 'promote' ? { ...wish, begin: false, now: false } : wish;
}

function nextStep(ring: KeyRing, now: number, rules: RotationRules, { begin, now: isUrgent, remove = [] }: Wish): Step | undefined {
  const { current, next } = ring;
  const previous = previousKeys(ring);
  const hasServed = ({ retired_at }: PublishedKey) => retired_at !== undefined && retired_at + rules.retiredSeconds <= now;

  const dead = previous.find((key) => remove.includes(key.kid) || hasServed(key));
  if (dead) return { does: 'remove', kid: dead.kid };
  const undated = previous.find(({ retired_at }) => retired_at === undefined);
  if (undated) return { does: 'retire', kid: undated.kid };
  if (next && remove.includes(next.kid)) return { does: 'make' };
  for (const { kid } of next ? [current, next] : [current]) {
    const key = publishedKey(ring, kid);
    if (!key) return { does: 'publish', kid };
    if (key.published_at === undefined || key.retired_at !== undefined) return { does: 'date', kid };
  }
  if (next) return isUrgent || signsFrom(ring, rules) <= now ? { does: 'promote', kid: next.kid } : undefined;
  const isAsked = isUrgent || (begin && previous.length === 0);
  return isAsked || beginsAt(ring, rules) <= now ? { does: 'make' } : undefined;
}

/** When everybody who verifies knows the next key, in seconds since 1970. */
export function signsFrom(ring: KeyRing, { propagationSeconds }: RotationRules): number {
  return (publishedKey(ring, ring.next?.kid)?.published_at ?? Number.POSITIVE_INFINITY) + propagationSeconds;
}

/** When the key that signs has done so for as long as it shall, in seconds since 1970; never, where keys are not changed by themselves. */
export function beginsAt(ring: KeyRing, { everySeconds }: RotationRules): number {
  if (everySeconds === 0) return Number.POSITIVE_INFINITY;
  return (publishedKey(ring, ring.current.kid)?.published_at ?? Number.POSITIVE_INFINITY) + everySeconds;
}

/** The keys after a step, which the store has taken; `made` is the public half of what a `make` made. */
export function afterStep(ring: KeyRing, step: Step, now: Date, made?: PublicJwk): KeyRing {
  const { current, next, published } = ring;
  if (step.does === 'make') return { ...ring, next: made };
  const { does, kid } = step;
  const at = epochSeconds(now);
  switch (does) {
    case 'promote':
      return { current: next ?? current, published };
    case 'publish':
      return {
        ...ring,
        published: [...published, ...[current, next].flatMap((key) => (key?.kid === kid ? [{ ...key, published_at: at }] : []))],
      };
    case 'remove':
      return { ...ring, published: published.filter((key) => key.kid !== kid) };
    case 'retire':
      return { ...ring, published: published.map((key) => (key.kid === kid ? { ...key, retired_at: at } : key)) };
    case 'date':
      return { ...ring, published: published.map((key) => (key.kid === kid ? dated(key, at) : key)) };
  }
}

function dated({ retired_at: _, ...key }: PublishedKey, at: number): PublishedKey {
  return { ...key, published_at: key.published_at ?? at } as PublishedKey;
}
