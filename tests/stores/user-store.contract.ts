import { beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '#lib/ids.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { madeMobile, madeUser, namesOf, registered } from '../lib/users/made-user.ts';

/** A store of users, and what a test may look up behind it. */
export type UserFixture = {
  readonly users: UserStore;
  ownerOf(name: string): Promise<string | undefined>;
  hasEvent(id: string): Promise<boolean>;
};

/** The promises of every store of users, in memory or in DynamoDB. */
export function promisesOfUserStore(kind: string, start: () => Promise<UserFixture>): void {
  describe(`users in ${kind}`, () => {
    let fixture: UserFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const add = async (user: User) => await fixture.users.add(user, namesOf(user), registered(user));
    const added = async (given: Partial<User> = {}) => {
      const user = madeUser(given);
      expect(await add(user)).toBe('added');
      return user;
    };

    test('a user is found as they were added', async () => {
      const full = { roles: ['editor', 'teller'], isSuperuser: true, isEmailVerified: true, isMobileVerified: true, tokenEpoch: 7 };
      const user = await added({ ...full, avatar: 'a.webp', lastLogin: new Date('2026-06-01T00:00:00.123Z') });
      expect(await fixture.users.get(user.id)).toEqual(user);
      const plain = await added({ mobile: undefined, isActive: false });
      expect(await fixture.users.get(plain.id)).toEqual(plain);
    });

    test('a user is found by each of their names as soon as they were added', async () => {
      const { id, username, email, password, isActive, tokenEpoch, ...rest } = await added({ username: 'Zoë.Ö', roles: ['editor'] });
      const account = { id, username, email, password, isActive, tokenEpoch };
      for (const name of namesOf({ ...account, ...rest })) expect(await fixture.users.findByIdentifier(name)).toEqual(account);
    });

    test('a name that grows eighteen times when it is normalised fits into its index', async () => {
      const user = await added({ name: '\uFDFA'.repeat(64) });
      expect((await fixture.users.get(user.id))?.name).toBe(user.name);
    });

    test('an unknown name finds no user, and neither does an unknown id', async () => {
      for (const name of namesOf(madeUser())) expect(await fixture.users.findByIdentifier(name)).toBeUndefined();
      expect(await fixture.users.get(uuidv7(new Date()))).toBeUndefined();
    });

    test('an event is written with a user who was added, and with no other', async () => {
      const [user, late] = [madeUser(), registered(madeUser())];
      const event = registered(user);
      await fixture.users.add(user, namesOf(user), event);
      expect(await fixture.hasEvent(event.id)).toBe(true);
      expect(await fixture.users.add({ ...user, id: late.userId }, namesOf(user), late)).toEqual({
        taken: ['username', 'email', 'mobile'],
      });
      expect(await fixture.hasEvent(late.id)).toBe(false);
    });

    test('a user with a taken name is told which, and leaves nothing behind', async () => {
      const first = await added();
      for (const kind of ['username', 'email', 'mobile'] as const) {
        const second = madeUser({ [kind]: first[kind] });
        expect(await add(second)).toEqual({ taken: [kind] });
        expect(await fixture.users.get(second.id)).toBeUndefined();
        for (const name of namesOf(second)) expect(await fixture.ownerOf(name.value)).toBe(name.kind === kind ? first.id : undefined);
      }
    });

    /** Adds at once; repeats a call that is told to try again. */
    const addAll = async (crowd: readonly User[]) =>
      await Promise.all(
        crowd.map(async (user) => {
          for (;;) {
            const outcome = await add(user);
            if (outcome !== 'busy') return { user, outcome };
          }
        }),
      );

    test.for(['username', 'email', 'mobile'] as const)(
      'of fifty users with one %s at once exactly one is added',
      { timeout: 60_000 },
      async (kind) => {
        const { [kind]: shared } = madeUser();
        const results = await addAll(Array.from({ length: 50 }, () => madeUser({ [kind]: shared })));
        const winners = results.filter(({ outcome }) => outcome === 'added');
        const losers = results.filter(({ outcome }) => outcome !== 'added');
        expect(winners).toHaveLength(1);
        for (const { user, outcome } of losers) {
          expect(outcome).toEqual({ taken: [kind] });
          expect(await fixture.users.get(user.id)).toBeUndefined();
          for (const name of namesOf(user))
            expect(await fixture.ownerOf(name.value)).toBe(name.kind === kind ? winners[0]?.user.id : undefined);
        }
      },
    );

    test('of fifty users at once with overlapping names, the stored ones have all their names, and no name has a missing owner', {
      timeout: 60_000,
    }, async () => {
      const pool = Array.from({ length: 4 }, () => madeUser());
      const any = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)] as T;
      const crowd = Array.from({ length: 50 }, () =>
        madeUser({ username: any(pool).username, email: any(pool).email, mobile: any([any(pool).mobile, madeMobile(), undefined]) }),
      );
      const results = await addAll(crowd);
      expect(results.some(({ outcome }) => outcome === 'added')).toBe(true);
      for (const { user, outcome } of results) {
        const owners = await Promise.all(namesOf(user).map(({ value }) => fixture.ownerOf(value)));
        if (outcome === 'added') expect(owners.every((id) => id === user.id)).toBe(true);
        else expect(owners).not.toContain(user.id);
        expect(await fixture.users.get(user.id)).toEqual(outcome === 'added' ? user : undefined);
      }
    });

    test('of fifty better hashes for one password exactly one is stored', async () => {
      const user = await added();
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, index) => fixture.users.upgradePassword(user.id, user.password, `better ${index}`)),
      );
      const winner = outcomes.indexOf('upgraded');
      expect(outcomes.toSpliced(winner, 1)).toEqual(Array(49).fill('changed-meanwhile'));
      expect((await fixture.users.get(user.id))?.password).toBe(`better ${winner}`);
    });

    test('a picture replaces another, and says which', async () => {
      const { id } = await added();
      expect(await fixture.users.setAvatar(id, 'one.webp')).toEqual({ previous: undefined });
      expect(await fixture.users.setAvatar(id, 'two.webp')).toEqual({ previous: 'one.webp' });
      expect((await fixture.users.get(id))?.avatar).toBe('two.webp');
      expect(await fixture.users.setAvatar(id, undefined)).toEqual({ previous: 'two.webp' });
      expect(await fixture.users.setAvatar(id, undefined)).toEqual({ previous: undefined });
      expect((await fixture.users.get(id))?.avatar).toBeUndefined();
    });

    test('a picture that is set twice names the one it replaced, and never itself', async () => {
      const { id } = await added({ avatar: 'one.webp' });
      for (let time = 0; time < 3; time += 1) expect(await fixture.users.setAvatar(id, 'two.webp')).toEqual({ previous: 'one.webp' });
      const { id: other } = await added();
      for (let time = 0; time < 3; time += 1) expect(await fixture.users.setAvatar(other, 'two.webp')).toEqual({ previous: undefined });
    });

    test('a picture that was replaced is not put back by a late request', async () => {
      const { id } = await added();
      await fixture.users.setAvatar(id, 'one.webp');
      await fixture.users.setAvatar(id, 'two.webp');
      expect(await fixture.users.setAvatar(id, 'one.webp')).toEqual({ previous: undefined });
      expect((await fixture.users.get(id))?.avatar).toBe('two.webp');
      await fixture.users.setAvatar(id, undefined);
      expect(await fixture.users.setAvatar(id, 'two.webp')).toEqual({ previous: undefined });
      expect((await fixture.users.get(id))?.avatar).toBeUndefined();
    });

    test('the time of a login is stored', async () => {
      const { id } = await added();
      await fixture.users.setLastLogin(id, new Date('2026-07-01T10:00:00.042Z'));
      expect((await fixture.users.get(id))?.lastLogin).toEqual(new Date('2026-07-01T10:00:00.042Z'));
    });

    test('no write adds a user for an unknown id', async () => {
      const id = uuidv7(new Date());
      expect(await fixture.users.setAvatar(id, 'one.webp')).toBe('absent');
      expect(await fixture.users.setAvatar(id, undefined)).toBe('absent');
      expect(await fixture.users.upgradePassword(id, 'a', 'b')).toBe('changed-meanwhile');
      await fixture.users.setLastLogin(id, new Date());
      expect(await fixture.users.get(id)).toBeUndefined();
    });

    test('the pictures of any number of users are listed, without unknown users', { timeout: 60_000 }, async () => {
      const crowd = await Promise.all(
        Array.from({ length: 130 }, (_, index) => added({ mobile: undefined, avatar: index % 2 ? `${index}.webp` : undefined })),
      );
      const ids = crowd.map(({ id }) => id);
      const avatars = await fixture.users.avatarsOf([...ids, ...ids, uuidv7(new Date())]);
      expect(new Map(avatars)).toEqual(new Map(crowd.map(({ id, avatar }) => [id, avatar])));
      expect((await fixture.users.avatarsOf([])).size).toBe(0);
    });
  });
}
