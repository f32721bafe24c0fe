import type { AuditStore } from '#lib/audit/audit-store.ts';
import { type Entry, placeOf } from '#lib/audit/entry.ts';
import { type MemoryTables, memoryTables, travel } from './memory-tables.ts';

/** The audit trail in a map. */
export function memoryAuditStore({ users }: Pick<MemoryTables, 'users'> = memoryTables(), rows = new Map<string, Entry>()): AuditStore {
  const put = (entry: Entry) => void rows.set(`${entry.userId} ${placeOf(entry)}`, entry);
  return {
    async put(entry) {
      await travel();
      put(entry);
    },

    async putUnlessDeleted(entry) {
      await travel();
      if (users.has(entry.userId)) put(entry);
    },

    async page(query, { limit, after }) {
      await travel();
      const ofIt = ({ userId, actorId }: Entry) => query.of === 'everyone' || (query.of === 'user' ? userId : actorId) === query.id;
      const found = [...rows.values()]
        .filter((entry) => ofIt(entry) && (!query.type || entry.type === query.type))
        .filter((entry) => (!query.since || entry.at >= query.since) && (!query.until || entry.at < query.until))
        .filter((entry) => after === undefined || placeOf(entry) < after)
        .sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1));
      const entries = found.slice(0, limit);
      const last = entries.at(-1);
      return { entries, next: found.length > limit && last ? placeOf(last) : undefined };
    },

    async clearAway(userId, until, except) {
      await travel();
      for (const [key, entry] of rows) if (entry.userId === userId && entry.at <= until && entry.id !== except) rows.delete(key);
    },
  };
}
