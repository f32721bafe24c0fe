import { beforeAll, describe, expect, test } from 'vitest';
import { joinedKey } from '#lib/users/directory.ts';
import type { DirectoryQuery, DirectoryStore } from '#lib/users/directory-store.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

/** A directory, and a way to add users: it has no others. */
export type DirectoryFixture = { readonly directory: DirectoryStore; readonly users: Pick<UserStore, 'add'> };

/** The promises of every directory, in memory or in DynamoDB. */
export function promisesOfDirectoryStore(kind: string, start: () => Promise<DirectoryFixture>): void {
  describe(`the directory in ${kind}`, () => {
    let directory: DirectoryStore;
    const crowd: User[] = [];
    beforeAll(async () => {
      const fixture = await start();
      directory = fixture.directory;
      for (let index = 0; index < 40; index += 1) {
        const dateJoined = new Date(Date.UTC(2099, 0, 1, 0, 0, Math.floor(index / 3)));
        const isSuspended = index % 4 === 0;
        const suspension = isSuspended ? { at: dateJoined } : undefined;
        const name = index % 2 ? 'Ada Lovelace' : `Ada ${index}`;
        const user = madeUser({
          username: `Ada.${index}`,
          name,
          dateJoined,
          roles: index % 5 ? [] : ['editor'],
          isActive: !isSuspended,
          suspension,
        });
        await fixture.users.add(user, namesOf(user), registered(user));
        crowd.push(user);
      }
      crowd.sort((one, other) => (joinedKey(one) < joinedKey(other) ? 1 : -1));
    });

    const walk = async (query: DirectoryQuery, limit: number) => {
      const pages: string[][] = [];
      for (let after: string | undefined; ; ) {
        const { users, next } = await directory.page(query, { limit, after });
        pages.push(users.map(({ id }) => id));
        if (next === undefined) return pages;
        after = next;
      }
    };
    const ids = (users: readonly User[]) => users.map(({ id }) => id);

    test.for([1, 7, 39, 40, 100])('all users come newest first, once, in full pages of %i', async (limit) => {
      const pages = await walk({ by: 'joined' }, limit);
      expect(pages.flat()).toEqual(ids(crowd));
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    });

    test('users of a state or a role have their own list', async () => {
      const suspended = crowd.filter(({ isActive }) => !isActive);
      expect((await walk({ by: 'joined', state: 'suspended' }, 3)).flat()).toEqual(ids(suspended));
      expect((await walk({ by: 'joined', state: 'active' }, 3)).flat()).toEqual(ids(crowd.filter(({ isActive }) => isActive)));
      expect((await walk({ by: 'role', role: 'editor' }, 3)).flat()).toEqual(ids(crowd.filter(({ roles }) => roles.includes('editor'))));
      expect(await walk({ by: 'role', role: 'nobody has it' }, 3)).toEqual([[]]);
    });

    test('a prefix finds the names that begin with it, in their order, also many of one name', async () => {
      const found = (await walk({ by: 'name', start: 'ada lovelace' }, 6)).flat();
      expect(found.toSorted()).toEqual(ids(crowd.filter(({ name }) => name === 'Ada Lovelace')).toSorted());
      const usernames = crowd
        .filter(({ username }) => username.startsWith('Ada.1'))
        .sort((one, other) => (one.username < other.username ? -1 : 1));
      expect((await walk({ by: 'username', start: 'ada.1' }, 4)).flat()).toEqual(ids(usernames));
      expect(await walk({ by: 'email', start: 'nobody' }, 4)).toEqual([[]]);
      const { mobile = '', id } = crowd[0] as User;
      expect((await walk({ by: 'mobile', start: mobile }, 4)).flat()).toContain(id);
    });

    test('the owner of a name is found by it', async () => {
      const user = crowd[3] as User;
      for (const name of namesOf(user)) expect(await directory.owner(name)).toEqual(user);
      expect(await directory.owner({ kind: 'username', value: 'nobody' })).toBeUndefined();
    });
  });
}
