import type { PictureStore } from '#lib/avatars/picture-store.ts';

type Kept = { readonly picture: Uint8Array; readonly owner: string | undefined; readonly storedAt: Date };

/** Pictures in a map, which a test may read and fill. */
export function memoryPictureStore(now: () => Date = () => new Date(), kept: Map<string, Kept> = new Map()): PictureStore {
  return {
    async put(name, picture, owner) {
      kept.set(name, { picture: Uint8Array.from(picture), owner, storedAt: now() });
    },
    async get(name) {
      return kept.get(name)?.picture;
    },
    async note(name) {
      const found = kept.get(name);
      return found && { byteLength: found.picture.length, owner: found.owner };
    },
    async remove(name) {
      kept.delete(name);
    },
    async *list(prefix, after = '') {
      for (const name of [...kept.keys()].sort()) {
        const found = kept.get(name);
        if (found && name.startsWith(prefix) && name > after) yield { name, storedAt: found.storedAt };
      }
    },
  };
}
