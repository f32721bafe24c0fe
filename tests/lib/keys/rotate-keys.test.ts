import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KeyError } from '#lib/keys/key-error.ts';
import type { PublishedKey } from '#lib/keys/key-ring.ts';
import { newSigningKey, publicHalf } from '#lib/keys/new-key.ts';
import type { Step, Wish } from '#lib/keys/plan-rotation.ts';
import { readKeyRing, rotateKeys } from '#lib/keys/rotate-keys.ts';
import type { RotationStore, StoredKeys } from '#lib/keys/rotation-store.ts';
import { memoryRotationStore } from '../../stores/rotation-store.memory.ts';
import { at, day, hour, rules } from './made-ring.ts';

let first: string;
beforeAll(async () => {
  first = await newSigningKey('ES256');
});

let seconds: number;
let algorithm: string;
let box: { stored: StoredKeys; claimedUntil?: Date };
let store: RotationStore;
beforeEach(() => {
  seconds = 1_800_000_000;
  algorithm = 'ES256';
  box = { stored: { signing: first, published: JSON.stringify({ keys: [publicHalf(JSON.parse(first))] }) } };
  store = memoryRotationStore(box);
});

const rotate = async (wish: Wish = {}, through: RotationStore = store) =>
  await rotateKeys({ store: through, rules, makeKey: () => newSigningKey(algorithm), now: () => at(seconds) }, wish);
const steps = async (wish: Wish = {}, through?: RotationStore) => {
  const rotation = await rotate(wish, through);
  return rotation === 'busy' ? rotation : rotation.done.map(({ does }: Step) => does);
};
const published = () => (JSON.parse(box.stored.published) as { keys: PublishedKey[] }).keys;
const signing = () => JSON.parse(box.stored.signing) as { kid: string; alg: string };

describe('a key', () => {
  test('is published, signs, stays published until its tokens have expired, and is removed', async () => {
    const old = signing().kid;
    expect(await steps()).toEqual(['date']);
    seconds += 90 * day;
    expect(await steps()).toEqual(['make', 'publish']);
    const next = published()[1]?.kid;
    expect([signing().kid, published().map(({ kid }) => kid)]).toEqual([old, [old, next]]);
    seconds += hour - 1;
    expect(await steps()).toEqual([]);
    seconds += 1;
    expect(await steps()).toEqual(['promote', 'retire']);
    expect([signing().kid, published().map(({ kid }) => kid)]).toEqual([next, [old, next]]);
    seconds += rules.retiredSeconds - 1;
    expect(await steps()).toEqual([]);
    seconds += 1;
    expect(await steps()).toEqual(['remove']);
    expect(published().map(({ kid }) => kid)).toEqual([next]);
    seconds += 60 * day;
    expect(await steps()).toEqual(['make', 'publish']);
    expect(published().map(({ kid }) => kid)).toEqual([next, expect.not.stringMatching(old)]);
  });

  test('is replaced on request at once, with the same waiting times', async () => {
    expect(await steps({ begin: true })).toEqual(['date', 'make', 'publish']);
    expect(await steps({ begin: true })).toEqual([]);
    seconds += hour;
    expect(await steps({ begin: true })).toEqual(['promote', 'retire']);
    expect(await steps({ begin: true })).toEqual([]);
  });

  test('may have another algorithm than the one before, whose tokens stay valid', async () => {
    algorithm = 'EdDSA';
    await rotate({ begin: true });
    seconds += hour;
    await rotate();
    expect([signing().alg, published().map(({ alg }) => alg)]).toEqual(['EdDSA', ['ES256', 'EdDSA']]);
  });

  test('never shows a private member', async () => {
    algorithm = 'RS256';
    await rotate({ now: true });
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) for (const key of published()) expect(key).not.toHaveProperty(member);
  });
});

describe('a secret among the keys', () => {
  const secrets = () => (JSON.parse(box.stored.secrets ?? '{"keys":[]}') as { keys: PublishedKey[] }).keys;

  test('is rotated like any other, and is never published: from ES256 to HS256 and back', async () => {
    const old = signing().kid;
    box.stored = { ...box.stored, secrets: '{"keys":[]}' };
    algorithm = 'HS256';
    expect(await steps({ begin: true })).toEqual(['date', 'make', 'publish']);
    const [{ kid: secret, k } = {} as PublishedKey] = secrets();
    expect([k, signing().alg, published().map(({ kid }) => kid)]).toEqual([expect.any(String), 'ES256', [old]]);
    seconds += hour;
    expect(await steps()).toEqual(['promote', 'retire']);
    expect([signing().kid, published()[0]?.retired_at]).toEqual([secret, seconds]);
    algorithm = 'ES256';
    seconds += rules.retiredSeconds;
    expect(await steps({ begin: true })).toEqual(['remove', 'make', 'publish']);
    expect([published().map(({ alg }) => alg), secrets().map(({ kid }) => kid)]).toEqual([['ES256'], [secret]]);
    seconds += hour;
    expect(await steps()).toEqual(['promote', 'retire']);
    expect(secrets()[0]).toMatchObject({ kid: secret, retired_at: seconds });
    seconds += rules.retiredSeconds;
    expect(await steps()).toEqual(['remove']);
    expect([box.stored.secrets, box.stored.published.includes(String(k))]).toEqual(['{"keys":[]}', false]);
  });

  test('stops the rotation of a stage that accepts none, and the error names the setting', async () => {
    box.stored = { signing: await newSigningKey('HS256'), published: '{"keys":[]}' };
    await expect(rotate()).rejects.toThrow('set HONOUR_HS_TOKENS to true until the last of its tokens is dead');
    const next = await newSigningKey('HS256');
    box.stored = { signing: first, next, published: JSON.stringify({ keys: [publicHalf(JSON.parse(first))] }) };
    await expect(rotate()).rejects.toThrow('HONOUR_HS_TOKENS');
  });
});

describe('in an emergency', () => {
  test('another key signs at once, and the leaked one is removed', async () => {
    const leaked = signing().kid;
    expect(await steps({ now: true, remove: [leaked] })).toEqual(['date', 'make', 'publish', 'promote', 'remove']);
    expect(published().map(({ kid }) => kid)).toEqual([signing().kid]);
    expect(signing().kid).not.toBe(leaked);
  });

  test('the signing key cannot be removed alone, and an unknown one cannot be removed', async () => {
    const before = { ...box.stored };
    await expect(rotate({ remove: [signing().kid] })).rejects.toThrow(/signs: it can go only when another one signs/);
    await expect(rotate({ remove: ['nobody'] })).rejects.toThrow(`no key nobody is published; there are ${signing().kid}`);
    expect([box.stored, box.claimedUntil]).toEqual([before, undefined]);
  });
});

describe('a rotation that crashes', () => {
  const writes = ['keepNext', 'keepSigning', 'publish'] as const;
  /** A store that crashes at write number `fatal`, before or after it is done. */
  function dying(fatal: number, isDone: boolean): RotationStore {
    let written = 0;
    const mortal = { ...store, release: () => Promise.reject(new Error('dead')) };
    for (const name of writes) {
      mortal[name] = async (text: string) => {
        written += 1;
        if (written === fatal && !isDone) throw new Error('dead');
        await store[name](text);
        if (written === fatal) throw new Error('dead');
      };
    }
    return mortal;
  }

  // The writes: a date, the next key, the set with it, the key that signs, the set without the old one.
  test.for([1, 2, 3, 4, 5].flatMap((fatal) => [true, false].map((isDone) => [fatal, isDone] as const)))(
    'at write %i (done: %s) leaves the signing key published, and the next one goes on from there',
    async ([fatal, isDone]) => {
      await expect(rotate({ now: true, remove: [signing().kid] }, dying(fatal, isDone))).rejects.toThrow('dead');
      expect(published().map(({ kid }) => kid)).toContain(signing().kid);
      expect(await rotate()).toBe('busy');
      seconds += 61;
      await rotate();
      seconds += hour;
      await rotate();
      const { current, next, published: known } = await readKeyRing(store);
      expect(next).toBeUndefined();
      expect(known.map(({ kid }) => kid)).toContain(current.kid);
      for (const key of known) expect(key).toHaveProperty(key.kid === current.kid ? 'published_at' : 'retired_at');
    },
  );
});

describe('rotations', () => {
  test('run once if ten begin at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => steps({ begin: true })));
    expect(outcomes.filter((outcome) => outcome !== 'busy')).toEqual([['date', 'make', 'publish']]);
    expect(published()).toHaveLength(2);
  });

  test('that take too long stop before their claim expires', async () => {
    const slow = {
      ...store,
      keepNext: async (text: string) => {
        await store.keepNext(text);
        seconds += 50;
      },
    };
    await expect(rotate({ now: true }, slow)).rejects.toThrow('took too long');
    expect(published()).toHaveLength(1);
    expect(await steps({ now: true })).toEqual(['publish', 'promote', 'retire']);
  });

  test('that were suspended until another one has the claim leave it alone', async () => {
    const slow = {
      ...store,
      keepNext: async (text: string) => {
        await store.keepNext(text);
        seconds += 61;
        await store.claim(at(seconds), at(seconds + 60));
      },
    };
    await expect(rotate({ now: true }, slow)).rejects.toThrow('took too long');
    expect(await rotate()).toBe('busy');
  });

  test('stop before a key is made if it would not fit', async () => {
    algorithm = 'RS512';
    for (let times = 0; times < 5; times += 1) await rotate({ now: true });
    const before = { ...box.stored };
    expect(Buffer.byteLength(box.stored.published)).toBeLessThanOrEqual(4096);
    await expect(rotate({ now: true })).rejects.toThrow(/7 published keys take \d+ bytes, and there is room for 4096: one has to go first/);
    expect(box.stored).toEqual(before);
  });

  test.for(['next', 'signing'] as const)('stop before anything is written if the %s key cannot be used', async (name) => {
    box.stored = { ...box.stored, [name]: '{"kty":"EC","kid":"x","alg":"ES256"}' };
    const before = { ...box.stored };
    await expect(rotate({ begin: true })).rejects.toBeInstanceOf(KeyError);
    expect(box.stored).toEqual(before);
  });

  test('publish no set with a broken key', async () => {
    box.stored = { ...box.stored, published: JSON.stringify({ keys: [...published(), { kty: 'EC', kid: 'x', alg: 'ES256' }] }) };
    const before = { ...box.stored };
    await expect(rotate({ begin: true })).rejects.toBeInstanceOf(KeyError);
    expect(box.stored).toEqual(before);
  });
});
