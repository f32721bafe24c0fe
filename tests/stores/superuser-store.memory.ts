import type { SuperuserStore } from '#lib/transfer/superuser-store.ts';
import { type MemoryTables, travel } from './memory-tables.ts';

/** Superusers, made in the maps of the other stores. */
export function memorySuperuserStore({ users, events }: MemoryTables): SuperuserStore {
  return {
    async promote(id, event) {
      await travel();
      const user = users.get(id);
      if (!user || user.isSuperuser) return 'already';
      users.set(id, { ...user, isSuperuser: true, tokenEpoch: user.tokenEpoch + 1 });
      events.push(event);
      return 'promoted';
    },
  };
}
