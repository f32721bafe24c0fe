import { beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '#lib/ids.ts';
import type { SuperuserStore } from '#lib/transfer/superuser-store.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

export type SuperuserFixture = {
  readonly store: SuperuserStore;
  readonly users: Pick<UserStore, 'add' | 'get'>;
  hasEvent(id: string): Promise<boolean>;
};

export const promotionOf = (userId: string) => ({ id: uuidv7(noon), type: 'superuser_made', userId, at: noon }) as const;

/** The promises of every store of superusers, in memory or in DynamoDB. */
export function promisesOfSuperuserStore(kind: string, start: () => Promise<SuperuserFixture>): void {
  describe(`superusers in ${kind}`, () => {
    let fixture: SuperuserFixture;
    beforeAll(async () => {
      fixture = await start();
    });

    test('a user is made a superuser once, with an event, in the next token epoch, and nothing else of the user changes', async () => {
      const user = madeUser({ tokenEpoch: 2, roles: ['editor'] });
      await fixture.users.add(user, namesOf(user), registered(user));
      const events = [promotionOf(user.id), promotionOf(user.id)];
      const outcomes = [];
      for (const event of events) outcomes.push(await fixture.store.promote(user.id, event));
      expect(outcomes).toEqual(['promoted', 'already']);
      expect(await fixture.users.get(user.id)).toEqual({ ...user, isSuperuser: true, tokenEpoch: 3 });
      expect(await Promise.all(events.map(({ id }) => fixture.hasEvent(id)))).toEqual([true, false]);
    });

    test('an unknown user is not made a superuser, and is not added', async () => {
      expect(await fixture.store.promote('nobody', promotionOf('nobody'))).toBe('already');
      expect(await fixture.users.get('nobody')).toBeUndefined();
    });
  });
}
