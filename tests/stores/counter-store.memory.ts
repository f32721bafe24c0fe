import type { CounterStore } from '#lib/throttle/counter-store.ts';
import { type MemoryTables, memoryTables, travel } from './memory-tables.ts';

/** Counters in a map. A key contains its window, so old counters need not be deleted. */
export function memoryCounterStore({ counters }: MemoryTables = memoryTables()): CounterStore {
  return {
    async add(key, max) {
      await travel();
      const count = (counters.get(key) ?? 0) + 1;
      if (count > max) return 'full';
      counters.set(key, count);
      return count;
    },
    async counts(keys) {
      await travel();
      return new Map(keys.flatMap((key) => (counters.has(key) ? [[key, counters.get(key) ?? 0] as const] : [])));
    },
    async giveBack(key) {
      await travel();
      const count = counters.get(key) ?? 0;
      if (count > 0) counters.set(key, count - 1);
    },
    async clear(key) {
      await travel();
      counters.delete(key);
    },
  };
}
