import { namesOf } from '#lib/names/names-of.ts';
import type { ChangeStore } from '#lib/users/change-store.ts';
import type { UserReader } from '#lib/users/user-reader.ts';
import { type MemoryTables, memoryTables, travel } from './memory-tables.ts';

/** Reads several users at once from the maps of the other stores. */
export function memoryUserReader({ users }: MemoryTables): UserReader {
  return {
    async readUsers(ids) {
      await travel();
      return new Map(ids.flatMap((id) => users.get(id) ?? []).map((user) => [user.id, user]));
    },
  };
}

/** Changes of users in the maps of the other stores. */
export function memoryChangeStore({ users, identifiers, events: told }: MemoryTables = memoryTables()): ChangeStore {
  return {
    async change({ found, next, events, isExact }) {
      await travel();
      const row = users.get(found.id);
      if (!row || row.isSuperuser !== found.isSuperuser) return 'changed-meanwhile';
      if ((isExact || events.length > 0) && row.version !== found.version) return 'changed-meanwhile';
      if (next.tokenEpoch !== found.tokenEpoch && row.tokenEpoch !== found.tokenEpoch) return 'changed-meanwhile';
      const taken = namesOf(next).filter(({ value }) => (identifiers.get(value) ?? found.id) !== found.id);
      if (taken.length > 0) return { taken: taken.map(({ kind }) => kind) };
      const differing = Object.entries(next).filter(([name, value]) => value !== found[name as keyof typeof found]);
      const own = Object.entries(next.attributes).filter(([name, value]) => value !== found.attributes[name]);
      const gone = Object.keys(found.attributes).filter((name) => !Object.hasOwn(next.attributes, name));
      const attributes = { ...row.attributes, ...Object.fromEntries(own) };
      for (const name of gone) delete attributes[name];
      const changed = { ...row, ...Object.fromEntries(differing), attributes, version: row.version + 1 };
      for (const { value } of namesOf(found)) identifiers.delete(value);
      for (const { value } of namesOf(changed)) identifiers.set(value, found.id);
      users.set(found.id, changed);
      told.push(...events);
      return { changed };
    },

    async remove(user, event) {
      await travel();
      const row = users.get(user.id);
      if (row?.version !== user.version || row.avatar !== user.avatar || row.isSuperuser !== user.isSuperuser) return 'changed-meanwhile';
      users.delete(user.id);
      for (const { value } of namesOf(row)) if (identifiers.get(value) === user.id) identifiers.delete(value);
      told.push(event);
      return 'removed';
    },
  };
}
