import { beforeEach, describe, expect, test } from 'vitest';
import type { RotationStore } from '#lib/keys/rotation-store.ts';

/** The promises of every store of a stage's keys to a rotation, in memory or in Parameter Store. */
export function promisesOfRotationStore(
  kind: string,
  start: (signing: string, published: string, secrets?: string) => Promise<RotationStore>,
): void {
  describe(`keys in ${kind}`, () => {
    let store: RotationStore;
    beforeEach(async () => {
      store = await start('a private key', 'a set');
    });
    const noon = new Date('2026-11-20T12:00:00Z');
    const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);

    test('a stage that never rotated has a signing key and published keys', async () => {
      expect(await store.read()).toEqual({ signing: 'a private key', published: 'a set', next: undefined });
    });

    test('each of the three is written by itself and replaces what was there', async () => {
      await store.keepNext('another one');
      expect(await store.read()).toEqual({ signing: 'a private key', published: 'a set', next: 'another one' });
      await store.publish('a larger set');
      await store.keepSigning('another one');
      await store.keepNext('a third one');
      expect(await store.read()).toEqual({ signing: 'another one', published: 'a larger set', next: 'a third one' });
    });

    test('secrets are read if the stage accepts them, and are written by themselves', async () => {
      const taking = await start('a private key', 'a set', 'secrets');
      expect(await taking.read()).toMatchObject({ published: 'a set', secrets: 'secrets' });
      await taking.publishSecrets('more secrets');
      expect(await taking.read()).toMatchObject({ published: 'a set', secrets: 'more secrets' });
    });

    test('a claim lasts until it expires', async () => {
      expect(await store.claim(noon, later(60))).toBe('claimed');
      expect(await store.claim(later(1), later(61))).toBe('busy');
      expect(await store.claim(later(59), later(119))).toBe('busy');
      expect(await store.claim(later(60), later(120))).toBe('claimed');
    });

    test('a released claim is free at once', async () => {
      await store.claim(noon, later(60));
      await store.release();
      expect(await store.claim(later(1), later(61))).toBe('claimed');
    });

    test.for(['the first', 'a later'])('of fifty claims at once, %s time, at most one succeeds', async (time) => {
      if (time === 'a later') {
        await store.claim(noon, later(60));
        await store.release();
      }
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => store.claim(later(1), later(61))));
      expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
      expect(await store.claim(later(2), later(62))).toBe('busy');
    });
  });
}
