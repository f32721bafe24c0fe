import type { RotationStore, StoredKeys } from '#lib/keys/rotation-store.ts';
import { travel } from './memory-tables.ts';

/** Keys in an object that a test may read, and a claim on them. */
export function memoryRotationStore(box: { stored: StoredKeys; claimedUntil?: Date }): RotationStore {
  return {
    async read() {
      await travel();
      return box.stored;
    },
    async claim(now, until) {
      await travel();
      if (box.claimedUntil && box.claimedUntil > now) return 'busy';
      box.claimedUntil = until;
      return 'claimed';
    },
    async release() {
      await travel();
      delete box.claimedUntil;
    },
    async keepNext(next) {
      await travel();
      box.stored = { ...box.stored, next };
    },
    async keepSigning(signing) {
      await travel();
      box.stored = { ...box.stored, signing };
    },
    async publish(published) {
      await travel();
      box.stored = { ...box.stored, published };
    },
    async publishSecrets(secrets) {
      await travel();
      box.stored = { ...box.stored, secrets };
    },
  };
}
