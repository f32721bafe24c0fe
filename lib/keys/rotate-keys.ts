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
import { withClaim } from './with-claim.ts';

type Needs = {
  readonly store: RotationStore;
  readonly rules: RotationRules;
  /** Makes a private key of the algorithm that the stage signs with now. */
  readonly makeKey: () => Promise<string>;
  readonly now: () => Date;
};

/** The steps that were done, and the keys afterwards. */
export type Rotation = { readonly done: readonly Step[]; readonly ring: KeyRing };

/**
 * Carries out every step that is due, with one write each. If it breaks off, all tokens stay valid and the next
 * rotation goes on from there. Answers `busy` if another rotation has the keys. Throws KeyError before any write if the
 * stored keys or the wish make no sense.
 */
export async function rotateKeys(needs: Needs, wish: Wish = {}): Promise<Rotation | 'busy'> {
  return await withClaim(needs, (deadline) => carryOut(needs, wish, deadline));
}

/** The keys as they are stored. Throws KeyError if they cannot be used. */
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
      for (const ofSecrets of [false, true]) publishedText(future, ofSecrets); // throws if there is no room for it
      inTime();
      await store.keepNext(next);
      stored = { ...stored, next };
    } else {
      const ofSecrets = [...ring.published, ring.current, ring.next].some((key) => key?.kid === step.kid && isSecret(key));
      ring = afterStep(ring, step, now());
      await importKeySet({ keys: [...ring.published] }); // one unreadable key would make the whole set unreadable
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
