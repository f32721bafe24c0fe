import type { RotationStore } from './rotation-store.ts';

type Needs = { readonly store: Pick<RotationStore, 'claim' | 'release'>; readonly now: () => Date };

/** How long a rotation has the keys to itself. A function that rotates must be stopped before that. */
const claimSeconds = 60;
/** No write begins in the last seconds of a claim, because the SDK's three tries take up to ten seconds. */
const reserveSeconds = 15;

/**
 * Does some work while no other rotation writes the keys of the stage; `deadline` is until when a write may begin.
 * Answers `busy` if another rotation has them.
 */
export async function withClaim<T>({ store, now }: Needs, work: (deadline: Date) => Promise<T>): Promise<T | 'busy'> {
  const until = new Date(now().getTime() + claimSeconds * 1000);
  if ((await store.claim(now(), until)) === 'busy') return 'busy';
  try {
    return await work(new Date(until.getTime() - reserveSeconds * 1000));
  } finally {
    // A claim that is not released expires by itself; after that it may belong to another rotation.
    if (now() < until) await store.release().catch(() => undefined);
  }
}
