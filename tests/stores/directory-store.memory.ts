import { joinedKey, type SearchedName } from '#lib/users/directory.ts';
import type { DirectoryQuery, DirectoryStore } from '#lib/users/directory-store.ts';
import type { User } from '#lib/users/user.ts';
import { nameColumns, stateOf } from '#lib/users/user-item.ts';
import { type MemoryTables, travel } from './memory-tables.ts';

/** Lists the users in the maps of the other stores. */
export function memoryDirectoryStore({ users, identifiers }: MemoryTables): DirectoryStore {
  return {
    async page(query, { limit, after }) {
      await travel();
      const all = [...users.values()].filter((user) => isIn(query, user)).map((user) => ({ user, position: positionOf(query, user) }));
      const isNewestFirst = query.by === 'joined' || query.by === 'role';
      const sorted = all.sort((one, other) => (one.position < other.position !== isNewestFirst ? -1 : 1));
      const rest = sorted.filter(({ position }) => after === undefined || (isNewestFirst ? position < after : position > after));
      const page = rest.slice(0, limit);
      return { users: page.map(({ user }) => user), next: rest.length > limit ? page.at(-1)?.position : undefined };
    },

    async owner({ value }) {
      await travel();
      return users.get(identifiers.get(value) ?? '');
    },
  };
}

function isIn(query: DirectoryQuery, user: User): boolean {
  if (query.by === 'joined') return query.state === undefined || stateOf(user) === query.state;
  return query.by === 'role' ? user.roles.includes(query.role) : keyOf(query.by, user)?.startsWith(query.start) === true;
}

const keyOf = (by: SearchedName, user: User) => (by === 'mobile' ? user.mobile : nameColumns(user)[`${by}_key`]);
const positionOf = ({ by }: DirectoryQuery, user: User) =>
  by === 'joined' || by === 'role' ? joinedKey(user) : `${keyOf(by, user)} ${user.id}`;
