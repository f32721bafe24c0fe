import type { KeptLetter, LetterStore } from '#lib/messages/letter-store.ts';
import { travel } from './memory-tables.ts';

/** Kept letters in a map. */
export function memoryLetterStore(kept = new Map<string, KeptLetter>()): LetterStore {
  return {
    async keep(one) {
      await travel();
      kept.set(one.letter.id, one);
    },
    async newest() {
      await travel();
      return [...kept.values()].sort((one, other) => other.keptAt.getTime() - one.keptAt.getTime()).slice(0, 100);
    },
  };
}
