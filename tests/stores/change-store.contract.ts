import { beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '#lib/ids.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { ChangeStore } from '#lib/users/change-store.ts';
import type { User } from '#lib/users/user.ts';
import type { UserReader } from '#lib/users/user-reader.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { noon } from '../lib/sessions/made-session.ts';
import { madeMobile, madeUser, namesOf, registered } from '../lib/users/made-user.ts';

/** A store of changes, the users it changes, and what a test may look up behind it. */
export type ChangeFixture = {
  readonly store: ChangeStore;
  readonly reader: UserReader;
  readonly users: Pick<UserStore, 'add' | 'get' | 'findByIdentifier' | 'setAvatar'>;
  ownerOf(name: string): Promise<string | undefined>;
  hasEvent(id: string): Promise<boolean>;
};

export const eventOf = (userId: string, type: Event['type'] = 'identifiers_changed'): Event => ({
  id: uuidv7(noon),
  type,
  userId,
  at: noon,
});

/** The promises of every store of changes, in memory or in DynamoDB. */
export function promisesOfChangeStore(kind: string, start: () => Promise<ChangeFixture>): void {
  describe(`changes of users in ${kind}`, () => {
    let fixture: ChangeFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const somebody = async (given: Partial<User> = {}) => {
      const user = madeUser(given);
      await fixture.users.add(user, namesOf(user), registered(user));
      return user;
    };
    const change = async (found: User, next: Partial<User>, { isExact = false, events = [] as readonly Event[] } = {}) =>
      await fixture.store.change({ found, next: { ...found, ...next }, events, isExact });
    const rename = async (found: User, next: Partial<User>) => await change(found, next, { events: [eventOf(found.id)] });
    const owners = async (...users: readonly User[]) =>
      await Promise.all(users.flatMap(namesOf).map(({ value }) => fixture.ownerOf(value)));

    test('several users are read at once, without those that do not exist', async () => {
      const [one, other] = [await somebody(), await somebody()];
      const found = await fixture.reader.readUsers([one.id, other.id, one.id, 'nobody']);
      expect(Object.fromEntries(found)).toEqual({ [one.id]: one, [other.id]: other });
      expect((await fixture.reader.readUsers([])).size).toBe(0);
    });

    test('the fields that differ are changed, the version is one higher, and the new user is returned', async () => {
      const user = await somebody({ attributes: { nickname: 'Ada', money: 3 } });
      const next = { name: 'Ada L.', attributes: { nickname: 'Countess' } };
      const changed = { ...user, ...next, version: user.version + 1 };
      expect(await change(user, next)).toEqual({ changed });
      expect(await fixture.users.get(user.id)).toEqual(changed);
    });

    test('two changes of different fields, made of the same user as found, both count', async () => {
      const user = await somebody();
      await change(user, { attributes: { nickname: 'Ada' } });
      const outcome = await change(user, { attributes: { money: 3 } });
      expect(outcome).toEqual({ changed: { ...user, attributes: { nickname: 'Ada', money: 3 }, version: user.version + 2 } });
    });

    test('an exact change is not made if any other field was changed', async () => {
      const user = await somebody();
      await change(user, { attributes: { nickname: 'Ada' } });
      expect(await change(user, { name: 'Another' }, { isExact: true })).toBe('changed-meanwhile');
      expect(await fixture.users.get(user.id)).toMatchObject({ name: user.name, version: user.version + 1 });
    });

    test('another name is owned and the old one freed, with the event, and a login finds the new one', async () => {
      const user = await somebody();
      const { username, email, mobile } = madeUser();
      const event = eventOf(user.id);
      const next = { ...user, username, email, mobile, isEmailVerified: false };
      const changed = { ...next, version: user.version + 1 };
      expect(await fixture.store.change({ found: user, next, events: [event], isExact: false })).toEqual({ changed });
      expect([await fixture.users.get(user.id), await fixture.hasEvent(event.id)]).toEqual([changed, true]);
      expect(await owners(user)).toEqual([undefined, undefined, undefined]);
      for (const name of namesOf(next)) expect(await fixture.users.findByIdentifier(name)).toMatchObject({ id: user.id });
    });

    test('another case of the same name keeps its owner, and a removed number is freed', async () => {
      const user = await somebody();
      const next = { username: user.username.toUpperCase(), mobile: undefined };
      expect(await rename(user, next)).toMatchObject({ changed: next });
      const [username, email, mobile] = await owners(user);
      expect([username, email, mobile]).toEqual([user.id, user.id, undefined]);
      expect(await fixture.users.get(user.id)).toMatchObject({ username: user.username.toUpperCase(), mobile: undefined });
    });

    test.for(['username', 'email', 'mobile'] as const)('a %s of another user is taken, and nothing is changed', async (field) => {
      const [user, other] = [await somebody(), await somebody()];
      const event = eventOf(user.id);
      const next = { ...user, [field]: other[field], name: 'Another' };
      expect(await fixture.store.change({ found: user, next, events: [event], isExact: false })).toEqual({ taken: [field] });
      expect([await fixture.users.get(user.id), await fixture.hasEvent(event.id)]).toEqual([user, false]);
      expect(await owners(user, other)).toEqual([...Array(3).fill(user.id), ...Array(3).fill(other.id)]);
    });

    test('of fifty users who want one address at once one gets it', { timeout: 60_000 }, async () => {
      const crowd = await Promise.all(Array.from({ length: 50 }, () => somebody({ mobile: undefined })));
      const { email } = madeUser();
      const outcomes = await Promise.all(
        crowd.map(async (user) => {
          for (;;) {
            const outcome = await rename(user, { email });
            if (outcome !== 'busy') return outcome;
          }
        }),
      );
      const winners = crowd.filter((_, index) => typeof outcomes[index] === 'object' && 'changed' in outcomes[index]);
      expect(winners).toHaveLength(1);
      expect(outcomes.filter((outcome) => typeof outcome === 'object' && 'taken' in outcome)).toHaveLength(49);
      expect(await fixture.ownerOf(email)).toBe(winners[0]?.id);
      for (const user of crowd) {
        const own = user === winners[0];
        expect(await fixture.ownerOf(user.email)).toBe(own ? undefined : user.id);
        expect((await fixture.users.get(user.id))?.email).toBe(own ? email : user.email);
      }
    });

    test('of fifty changes of one number at once, the one that is stored is the one that is owned', { timeout: 60_000 }, async () => {
      const user = await somebody();
      const wanted = Array.from({ length: 50 }, () => madeMobile());
      const outcomes = await Promise.all(wanted.map((mobile) => rename(user, { mobile })));
      const won = wanted.filter((_, index) => typeof outcomes[index] === 'object');
      expect(won).toHaveLength(1);
      expect((await fixture.users.get(user.id))?.mobile).toBe(won[0]);
      const owned = await Promise.all([user.mobile ?? '', ...wanted].map((mobile) => fixture.ownerOf(mobile)));
      expect(owned.filter((id) => id === user.id)).toHaveLength(1);
      expect(await fixture.ownerOf(won[0] ?? '')).toBe(user.id);
    });

    test('an epoch, a flag or a version that was changed meanwhile prevents a change', async () => {
      const user = await somebody();
      expect(await rename({ ...user, tokenEpoch: 7 }, { tokenEpoch: 8 })).toBe('changed-meanwhile');
      expect(await rename({ ...user, version: 7 }, { email: madeUser().email })).toBe('changed-meanwhile');
      expect(await change({ ...user, isSuperuser: true }, { name: 'Another' })).toBe('changed-meanwhile');
      expect(await fixture.users.get(user.id)).toEqual(user);
    });

    test('a suspension is stored, and lifted', async () => {
      const user = await somebody({ roles: ['editor'] });
      const suspension = { at: noon, until: new Date('2099-01-01T00:00:00Z'), reason: 'spam', by: 'somebody' };
      const changed = { ...user, isActive: false, suspension, tokenEpoch: 1, version: user.version + 1 };
      expect(await rename(user, { isActive: false, suspension, tokenEpoch: 1 })).toEqual({ changed });
      expect(await fixture.users.get(user.id)).toEqual(changed);
      await rename(changed, { isActive: true, suspension: undefined });
      expect(await fixture.users.get(user.id)).toEqual({ ...user, tokenEpoch: 1, version: user.version + 2 });
    });

    test('a deleted user is gone with their names, which other users can have', async () => {
      const user = await somebody({ roles: ['editor'], avatar: 'a.webp' });
      const event = { ...eventOf(user.id, 'user_deleted'), picture: 'a.webp' };
      expect(await fixture.store.remove(user, event)).toBe('removed');
      expect([await fixture.users.get(user.id), await fixture.hasEvent(event.id)]).toEqual([undefined, true]);
      expect(await owners(user)).toEqual([undefined, undefined, undefined]);
      const heir = madeUser({ username: user.username, email: user.email, mobile: user.mobile });
      expect(await fixture.users.add(heir, namesOf(heir), registered(heir))).toBe('added');
      expect(await fixture.store.remove(user, eventOf(user.id, 'user_deleted'))).toBe('changed-meanwhile');
      expect(await change(user, { name: 'A ghost' })).toBe('changed-meanwhile');
      expect(await rename(user, { email: madeUser().email })).toBe('changed-meanwhile');
      expect(await fixture.users.get(user.id)).toBeUndefined();
      expect(await owners(heir)).toEqual(Array(3).fill(heir.id));
    });

    test('a user who was changed since they were found, even by their picture, is not deleted', async () => {
      const user = await somebody();
      await fixture.users.setAvatar(user.id, 'new.webp');
      expect(await fixture.store.remove(user, eventOf(user.id, 'user_deleted'))).toBe('changed-meanwhile');
      await change({ ...user, avatar: 'new.webp' }, { name: 'Another' });
      expect(await fixture.store.remove({ ...user, avatar: 'new.webp' }, eventOf(user.id, 'user_deleted'))).toBe('changed-meanwhile');
      expect(await owners(user)).toEqual(Array(3).fill(user.id));
    });
  });
}
