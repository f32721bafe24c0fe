import { beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '#lib/ids.ts';
import type { SuperuserStore } from '#lib/transfer/superuser-store.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

export type SuperuserHouse = {
  readonly store: SuperuserStore;
  readonly users: Pick<UserStore, 'add' | 'get'>;
  hasEvent(id: string): Promise<boolean>;
};

export const promotionOf = (userId: string) => ({ id: uuidv7(noon), type: 'superuser_made', userId, at: noon }) as const;

/** The promises of every store of superusers, in memory or in DynamoDB. */
export function promisesOfSuperuserStore(kind: string, start: () => Promise<SuperuserHouse>): void {
  describe(`superusers in ${kind}`, () => {
    let house: SuperuserHouse;
    beforeAll(async () => {
      house = await start();
    });

    test('a user is made a superuser once, with an event, and nothing else of the user changes', async () => {
      const user = madeUser({ tokenEpoch: 2, roles: ['editor'] });
      await house.users.add(user, namesOf(user), registered(user));
      const events = [promotionOf(user.id), promotionOf(user.id)];
      const outcomes = [];
      for (const event of events) outcomes.push(await house.store.promote(user.id, event));
      expect(outcomes).toEqual(['promoted', 'already']);
      expect(await house.users.get(user.id)).toEqual({ ...user, isSuperuser: true });
      expect(await Promise.all(events.map(({ id }) => house.hasEvent(id)))).toEqual([true, false]);
    });

    test('an unknown user is not made a superuser, and is not added', async () => {
      expect(await house.store.promote('nobody', promotionOf('nobody'))).toBe('already');
      expect(await house.users.get('nobody')).toBeUndefined();
    });
  });
}
