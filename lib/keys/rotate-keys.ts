import { importKeySet, importSigningKey, parsePublicKeys, parseSecrets } from './import-keys.ts';
import { KeyError } from './key-error.ts';
import { type KeyRing, type PublishedKey, publishedKey, publishedText } from './key-ring.ts';
import type { PublicJwk } from './key-set.ts';
import { verifyingHalf } from './new-key.ts';
import { afterStep, afterWish, planRotation, type Step, type Wish } from './plan-rotation.ts';
import type { RotationRules } from './rotation-rules.ts';
import type { RotationStore, StoredKeys } from './rotation-store.ts';
import { isSecret } from './secret-key.ts';
import { secretsNotTaken } from './secrets-taken.ts';

type Needs = {
  readonly store: RotationStore;
  readonly rules: RotationRules;
  /** A new private key of the algorithm the stage signs with from now on. */
  readonly makeKey: () => Promise<string>;
  readonly now: () => Date;
};

/** What was done, and the keys as they are now. */
export type Rotation = { readonly done: readonly Step[]; readonly ring: KeyRing };

/** As long as a rotation has the keys to itself. A function that rotates has to be stopped before that. */
const claimSeconds = 60;
/** No write is begun that might end when the claim has: the SDK's three tries take up to ten seconds. */
const reserveSeconds = 15;

/**
 * Carries out every step that is due, one write each, so that whoever dies half way leaves keys that all tokens hold with, and the
 * next one goes on from there. Answers `busy` where another rotation has the keys. Throws a KeyError, before anything is
 * written, where what is stored or wished makes no sense.
 */
export async function rotateKeys(needs: Needs, wish: Wish = {}): Promise<Rotation | 'busy'> {
  const { store, now } = needs;
  const until = new Date(now().getTime() + claimSeconds * 1000);
  if ((await store.claim(now(), until)) === 'busy') return 'busy';
  try {
    return await carryOut(needs, wish, new Date(until.getTime() - reserveSeconds * 1000));
  } finally {
    // Not given back, it passes by itself; once it has, it may be somebody else's.
    if (now() < until) await store.release().catch(() => undefined);
  }
}

/** The keys as they are stored. Throws a KeyError where they are none that can be used. */
export async function readKeyRing(store: Pick<RotationStore, 'read'>): Promise<KeyRing> {
  return (await readKeys(store)).ring;
}

async function carryOut({ store, rules, makeKey, now }: Needs, given: Wish, deadline: Date): Promise<Rotation> {
  let { stored, ring } = await readKeys(store);
  judgeWish(given, ring);
  const done: Step[] = [];
  const inTime = () => {
    if (now() >= deadline) throw new KeyError('the rotation took too long and has stopped: the next one goes on from here');
  };
  let wish = given;
  for (let [step] = planRotation(ring, now(), rules, wish); step; [step] = planRotation(ring, now(), rules, wish)) {
    if (step.does === 'make') {
      const next = await makeKey();
      ring = afterStep(ring, step, now(), await verifyingHalfOf(next));
      const future = afterStep(ring, { does: 'publish', kid: ring.next?.kid ?? '' }, now());
      for (const ofSecrets of [false, true]) publishedText(future, ofSecrets); // that there is room for it
      inTime();
      await store.keepNext(next);
      stored = { ...stored, next };
    } else {
      const ofSecrets = [...ring.published, ring.current, ring.next].some((key) => key?.kid === step.kid && isSecret(key));
      ring = afterStep(ring, step, now());
      await importKeySet({ keys: [...ring.published] }); // a set with one key that cannot be read would be none, for everybody
      inTime();
      if (step.does === 'promote') await store.keepSigning(stored.next ?? '');
      else await (ofSecrets ? store.publishSecrets(publishedText(ring, true)) : store.publish(publishedText(ring)));
    }
    done.push(step);
    wish = afterWish(wish, step);
  }
  return { done, ring };
}

async function readKeys(store: Pick<RotationStore, 'read'>): Promise<{ stored: StoredKeys; ring: KeyRing }> {
  const stored = await store.read();
  const current = await verifyingHalfOf(stored.signing);
  const next = stored.next === undefined ? undefined : await verifyingHalfOf(stored.next);
  const { keys: open } = parsePublicKeys(stored.published);
  const { keys: secrets } = stored.secrets === undefined ? { keys: [] } : parseSecrets(stored.secrets);
  if (stored.secrets === undefined && [current, next].some((key) => key && isSecret(key))) throw new KeyError(secretsNotTaken);
  const keys = [...open, ...secrets];
  return { stored, ring: { current, next: next?.kid === current.kid ? undefined : next, published: keys as PublishedKey[] } };
}

async function verifyingHalfOf(stored: string): Promise<PublicJwk> {
  await importSigningKey(stored);
  const half = verifyingHalf(JSON.parse(stored));
  if (!half) throw new KeyError('a private key lacks kty, kid or alg');
  return half;
}

function judgeWish({ now, remove = [] }: Wish, ring: KeyRing): void {
  const { current, published } = ring;
  const unknown = remove.find((kid) => !publishedKey(ring, kid));
  if (unknown) throw new KeyError(`no key ${unknown} is published; there are ${published.map(({ kid }) => kid).join(', ')}`);
  if (!now && remove.includes(current.kid)) throw new KeyError(`${current.kid} signs: it can go only when another one signs at once`);
}
