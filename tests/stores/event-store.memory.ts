import type { EventStore } from '#lib/outbox/event-store.ts';
import { type MemoryTables, memoryTables, travel } from './memory-tables.ts';

/** Events in a list. */
export function memoryEventStore({ events }: Pick<MemoryTables, 'events'> = memoryTables()): EventStore {
  return {
    async add(event) {
      await travel();
      if (!events.some(({ id }) => id === event.id)) events.push(event);
    },
  };
}
