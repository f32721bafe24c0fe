import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { type MemoryTables, memoryTables, travel } from './memory-tables.ts';

/** Users in maps. */
export function memoryUserStore({ users, identifiers, events }: MemoryTables = memoryTables()): UserStore {
  const pictureBefore = new Map<string, string | undefined>();
  const change = (user: User, changes: Partial<User>) => users.set(user.id, { ...user, ...changes });

  return {
    async add(user, names, event) {
      await travel();
      const taken = names.filter(({ value }) => identifiers.has(value)).map(({ kind }) => kind);
      if (taken.length > 0) return { taken };
      if (users.has(user.id)) throw new Error('an id is given twice');
      users.set(user.id, user);
      for (const { value } of names) identifiers.set(value, user.id);
      events.push(event);
      return 'added';
    },

    async findByIdentifier({ value }) {
      await travel();
      const user = users.get(identifiers.get(value) ?? '');
      if (!user) return undefined;
      const { id, username, email, password, isActive, tokenEpoch } = user;
      return { id, username, email, password, isActive, tokenEpoch };
    },

    async get(id) {
      await travel();
      return users.get(id);
    },

    async upgradePassword(id, from, to) {
      await travel();
      const user = users.get(id);
      if (user?.password !== from) return 'changed-meanwhile';
      change(user, { password: to });
      return 'upgraded';
    },

    async setLastLogin(id, at) {
      await travel();
      const user = users.get(id);
      if (user) change(user, { lastLogin: at });
    },

    async setAvatar(id, name) {
      await travel();
      const user = users.get(id);
      if (!user) return 'absent';
      const before = pictureBefore.get(id);
      if (name !== undefined && name === user.avatar) return { previous: before };
      if (name !== undefined && name === before) return { previous: undefined };
      pictureBefore.set(id, user.avatar);
      change(user, { avatar: name });
      return { previous: user.avatar };
    },

    async avatarsOf(ids) {
      await travel();
      const found = [...new Set(ids)].flatMap((id) => users.get(id) ?? []);
      return new Map(found.map(({ id, avatar }) => [id, avatar]));
    },
  };
}
