import { beforeAll, describe, expect, test } from 'vitest';
import { randomId, uuidv7 } from '#lib/ids.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { PasswordChange, PasswordStore } from '#lib/users/password-store.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { madeMessage } from '../lib/messages/made-message.ts';
import { afterNoon, madeSession, noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

/** A store of passwords, and the users and sessions it changes. */
export type PasswordFixture = {
  readonly store: PasswordStore;
  readonly users: Pick<UserStore, 'add' | 'get' | 'findByIdentifier' | 'upgradePassword'>;
  readonly sessions: Pick<SessionStore, 'add' | 'get' | 'rotate' | 'end' | 'endAll'>;
  /** In seconds since 1970; undefined if the id is not on the blacklist. */
  blacklistedUntil(id: string): Promise<number | undefined>;
  /** Whether an event or a message of this id was written. */
  hasEvent(id: string): Promise<boolean>;
};

/** A change to a unique hash, of a session that keeps its id, with changes. */
export function changeOf(user: User, found?: Session, next: Partial<Session> = {}): PasswordChange {
  const event = { id: uuidv7(noon), type: 'password_changed', userId: user.id, at: noon } as const;
  const { generation = 0 } = found ?? {};
  const carried = found && { ...found, generation: generation + 1, jti: randomId(), epoch: user.tokenEpoch + 1, ...next };
  return {
    user,
    hash: `hash ${randomId()}`,
    session: found && carried && { found, next: carried },
    event,
    news: [madeMessage({ template: 'password-changed' })],
  };
}

/** The promises of every store of passwords, in memory or in DynamoDB. */
export function promisesOfPasswordStore(kind: string, start: () => Promise<PasswordFixture>): void {
  describe(`passwords in ${kind}`, () => {
    let fixture: PasswordFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const somebody = async () => {
      const user = madeUser({ tokenEpoch: 3 });
      await fixture.users.add(user, namesOf(user), registered(user));
      const session = madeSession({ userId: user.id, epoch: 3 });
      await fixture.sessions.add(session);
      return { user, session };
    };
    const turnOf = ({ userId, sid, generation }: Session) => {
      return { userId, sid, generation, parent: generation, by: 'a client', jti: randomId(), requestId: randomId(), now: afterNoon(60) };
    };
    /** Checks that nothing of a change was written. */
    const expectUntouched = async ({ hash, event, user, news = [] }: PasswordChange) => {
      expect(await fixture.users.get(user.id)).not.toMatchObject({ password: hash });
      expect(await fixture.hasEvent(event.id)).toBe(false);
      for (const { id } of news) expect(await fixture.hasEvent(id)).toBe(false);
    };

    test('a change replaces the hash, begins the next epoch and continues the session, with event and notice, and nothing else', async () => {
      const { user, session } = await somebody();
      const change = changeOf(user, session, { expiresAt: session.expiresAt + 60, rotatedAtMs: afterNoon(60).getTime() });
      expect(await fixture.store.change(change)).toBe('changed');
      expect(await fixture.users.get(user.id)).toEqual({ ...user, password: change.hash, tokenEpoch: 4 });
      expect(await fixture.sessions.get(session)).toEqual(change.session?.next);
      expect([await fixture.hasEvent(change.event.id), await fixture.blacklistedUntil(session.sid)]).toEqual([true, undefined]);
      for (const { id } of change.news ?? []) expect(await fixture.hasEvent(id)).toBe(true);
    });

    test('a login finds the new hash and the new epoch', async () => {
      const { user } = await somebody();
      const change = changeOf(user);
      await fixture.store.change(change);
      const [name = { kind: 'username', value: '' } as const] = namesOf(user);
      await expect
        .poll(async () => await fixture.users.findByIdentifier(name))
        .toMatchObject({ id: user.id, password: change.hash, tokenEpoch: 4 });
    });

    test('a caller without a session has the password changed, and no session changes', async () => {
      const { user, session } = await somebody();
      const change = changeOf(user);
      expect(await fixture.store.change(change)).toBe('changed');
      expect(await fixture.users.get(user.id)).toMatchObject({ password: change.hash, tokenEpoch: 4 });
      expect(await fixture.sessions.get(session)).toEqual(session);
    });

    test('a session that gets a new id is gone under its old one, which is on the blacklist as long as its tokens could live', async () => {
      const { user, session } = await somebody();
      const sid = randomId();
      const change = changeOf(user, session, { sid });
      expect(await fixture.store.change(change)).toBe('changed');
      expect(await fixture.sessions.get(session)).toBeUndefined();
      expect(await fixture.sessions.get({ userId: user.id, sid })).toEqual(change.session?.next);
      expect(await fixture.blacklistedUntil(session.sid)).toBe(session.endsAt + 300);
    });

    test('of fifty changes at once one succeeds, and the others write nothing', { timeout: 60_000 }, async () => {
      const { user, session } = await somebody();
      const changes = Array.from({ length: 50 }, (_, index) => changeOf(user, session, index % 2 ? {} : { sid: randomId() }));
      const outcomes = await Promise.all(changes.map((change) => fixture.store.change(change)));
      expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
      const [winner] = changes.filter((_, index) => outcomes[index] === 'changed');
      expect(await fixture.users.get(user.id)).toMatchObject({ password: winner?.hash, tokenEpoch: 4 });
      expect(await fixture.sessions.get(winner?.session?.next ?? session)).toEqual(winner?.session?.next);
      for (const [index, change] of changes.entries()) if (outcomes[index] !== 'changed') await expectUntouched(change);
    });

    test('nothing is written if the hash, the epoch or the session was changed meanwhile', async () => {
      const meanwhile: ((user: User, session: Session) => Promise<unknown>)[] = [
        (user) => fixture.users.upgradePassword(user.id, user.password, 'a better one'),
        (user) => fixture.sessions.endAll(user.id, { id: uuidv7(noon), type: 'all_sessions_ended', userId: user.id, at: noon }),
        (_, session) => fixture.sessions.rotate(turnOf(session)),
        (user, session) => fixture.sessions.end(session, { id: uuidv7(noon), type: 'session_ended', userId: user.id, at: noon }),
      ];
      for (const happens of meanwhile) {
        for (const other of [{}, { sid: randomId() }]) {
          const { user, session } = await somebody();
          await happens(user, session);
          const before = [await fixture.users.get(user.id), await fixture.sessions.get(session)];
          const change = changeOf(user, session, other);
          expect(await fixture.store.change(change)).toBe('changed-meanwhile');
          await expectUntouched(change);
          expect([await fixture.users.get(user.id), await fixture.sessions.get(session)]).toEqual(before);
        }
      }
    });

    test('the password of an unknown user is not changed, and no user is added', async () => {
      const user = madeUser();
      expect(await fixture.store.change(changeOf(user))).toBe('changed-meanwhile');
      expect(await fixture.users.get(user.id)).toBeUndefined();
    });

    test('a session that is refreshed during a change has the state of one of the two, complete', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 10; round += 1) {
        const { user, session } = await somebody();
        const change = changeOf(user, session);
        const [outcome] = await Promise.all([
          fixture.store.change(change),
          fixture.sessions.rotate(turnOf(session)).catch(() => undefined), // a conflict with the change is no rotation either
        ]);
        const row = await fixture.sessions.get(session);
        if (outcome === 'changed') expect(row).toEqual(change.session?.next);
        else expect([row?.epoch, (await fixture.users.get(user.id))?.tokenEpoch]).toEqual([3, 3]);
      }
    });
  });
}
