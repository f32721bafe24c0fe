import { epochSeconds } from '#lib/duration.ts';
import { type KeyRing, type PublishedKey, previousKeys, publishedKey } from './key-ring.ts';
import type { PublicJwk } from './key-set.ts';
import type { RotationRules } from './rotation-rules.ts';

/**
 * One write to the key store. Every token stays valid after it.
 * - `make`: stores a new private key as the next one. `publish`: publishes its public half. `promote`: lets it sign.
 * - `retire`: dates a key that no longer signs; its removal counts from then. `remove`: stops publishing it.
 * - `date`: gives a key that is needed its missing date, and removes a date that it must not have.
 */
export type Step =
  | { readonly does: 'make' }
  | { readonly does: 'publish' | 'promote' | 'retire' | 'remove' | 'date'; readonly kid: string };

/**
 * What is asked for in addition to what is due. `begin`: start a rotation unless one is under way. `now`: the next key
 * signs at once, even if verifiers do not know it yet. `remove`: remove these keys, even if some of their tokens have
 * not expired.
 */
export type Wish = { readonly begin?: boolean; readonly now?: boolean; readonly remove?: readonly string[] };

/** Stands in a plan for a key that is not made yet. */
const unmade: PublicJwk = { kty: '', kid: 'new', alg: '' };

/** All steps that are due, in order. A crash between two steps does no harm: the next plan holds the remaining ones. */
export function planRotation(ring: KeyRing, now: Date, rules: RotationRules, wish: Wish = {}): Step[] {
  const step = nextStep(ring, epochSeconds(now), rules, wish);
  if (!step) return [];
  return [step, ...planRotation(afterStep(ring, step, now, unmade), now, rules, afterWish(wish, step))];
}

/** The wish that remains after a step: a key is promoted only once. */
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

/** When every verifier knows the next key, in seconds since 1970; infinity if no next key is published. */
export function signsFrom(ring: KeyRing, { propagationSeconds }: RotationRules): number {
  return (publishedKey(ring, ring.next?.kid)?.published_at ?? Number.POSITIVE_INFINITY) + propagationSeconds;
}

/** When the signing key is due to be replaced, in seconds since 1970; infinity if KEY_ROTATION is 0. */
export function beginsAt(ring: KeyRing, { everySeconds }: RotationRules): number {
  if (everySeconds === 0) return Number.POSITIVE_INFINITY;
  return (publishedKey(ring, ring.current.kid)?.published_at ?? Number.POSITIVE_INFINITY) + everySeconds;
}

/** The keys after a step was stored; `made` is the public half of the key that `make` made. */
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
