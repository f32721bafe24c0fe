import { beforeAll, describe, expect, test } from 'vitest';
import { randomId, uuidv7 } from '#lib/ids.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { madeMessage } from '../lib/messages/made-message.ts';
import { afterNoon, madeSession, noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

/** A store of sessions, and what a test may look up behind it. */
export type SessionFixture = {
  readonly sessions: SessionStore;
  readonly users: Pick<UserStore, 'add' | 'get'>;
  /** In seconds since 1970; undefined if the id is not on the blacklist. */
  blacklistedUntil(id: string): Promise<number | undefined>;
  /** Whether an event or a message of this id was written. */
  hasEvent(id: string): Promise<boolean>;
};

export function theftFrom({ userId }: Session): Event {
  return { id: uuidv7(noon), type: 'session_theft_detected', userId, at: noon };
}

/** The promises of every store of sessions, in memory or in DynamoDB. */
export function promisesOfSessionStore(kind: string, start: () => Promise<SessionFixture>): void {
  describe(`sessions in ${kind}`, () => {
    let fixture: SessionFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const opened = async (given: Partial<Session> = {}) => {
      const session = madeSession(given);
      await fixture.sessions.add(session);
      return session;
    };
    const turnOf = ({ userId, sid, generation }: Session, at = 60) => ({
      userId,
      sid,
      generation,
      parent: generation,
      by: 'another client',
      jti: randomId(),
      requestId: randomId(),
      now: afterNoon(at),
    });

    test('of fifty sessions opened at once with one foreign token one is opened, and the others get it', async () => {
      const first = madeSession();
      const spent = { jti: randomId(), until: noon.getTime() / 1000 + 600 };
      const attempts = Array.from({ length: 50 }, () => ({ ...first, jti: randomId(), requestId: randomId() }));
      const outcomes = await Promise.all(attempts.map((each) => fixture.sessions.adopt(each, spent)));
      const [winner] = attempts.filter((_, index) => outcomes[index] === 'adopted');
      expect(outcomes.filter((outcome) => outcome === 'adopted')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome !== 'adopted')).toEqual(Array(49).fill({ found: winner }));
      expect([await fixture.sessions.get(first), await fixture.blacklistedUntil(spent.jti)]).toEqual([winner, spent.until + 300]);
    });

    test('a spent foreign token opens nothing, even if its session is gone', async () => {
      const session = madeSession();
      const token = { jti: randomId(), until: noon.getTime() / 1000 + 600 };
      expect([await fixture.sessions.spend(token), await fixture.sessions.spend(token)]).toEqual(['spent', 'already']);
      expect(await fixture.sessions.adopt(session, token)).toEqual({ found: undefined });
      const other = { jti: randomId(), until: token.until };
      expect(await fixture.sessions.adopt(session, other)).toBe('adopted');
      await fixture.sessions.end(session, theftFrom(session));
      expect(await fixture.sessions.adopt({ ...session, jti: randomId() }, other)).toEqual({ found: undefined });
      expect(await fixture.sessions.get(session)).toBeUndefined();
    });

    test('a token that stays valid is not on the blacklist', async () => {
      const session = madeSession();
      expect(await fixture.sessions.adopt(session)).toBe('adopted');
      expect(await fixture.sessions.get(session)).toEqual(session);
      expect(await fixture.sessions.adopt({ ...session, jti: randomId() })).toEqual({ found: session });
    });

    test('a session is found as it was opened, for its user only', async () => {
      const session = await opened({ device: '一部电话', address: '2001:db8::/64', epoch: 3, isRemembered: true });
      expect(await fixture.sessions.get(session)).toEqual(session);
      expect(await fixture.sessions.get({ ...session, userId: 'somebody else' })).toBeUndefined();
      expect(await fixture.sessions.get({ ...session, sid: randomId() })).toBeUndefined();
    });

    test('a session is opened with its notice, and an id that is used twice leaves none', async () => {
      const session = madeSession();
      const [first, second] = [madeMessage({ template: 'new-device' }), madeMessage({ template: 'new-device' })];
      await fixture.sessions.add(session, first);
      await expect(fixture.sessions.add({ ...session, jti: randomId() }, second)).rejects.toThrow();
      expect(await fixture.sessions.get(session)).toEqual(session);
      expect([await fixture.hasEvent(first.id), await fixture.hasEvent(second.id)]).toEqual([true, false]);
    });

    test('a rotation moves a session on and extends it, but not past its end', async () => {
      const session = await opened();
      const turn = turnOf(session, 600);
      const { jti, requestId, now } = turn;
      const moved = {
        generation: 1,
        parent: 0,
        rotatedBy: turn.by,
        jti,
        requestId,
        rotatedAtMs: now.getTime(),
        expiresAt: session.expiresAt + 600,
      };
      expect(await fixture.sessions.rotate(turn)).toEqual({ rotated: { ...session, ...moved } });
      expect(await fixture.sessions.get(session)).toEqual({ ...session, ...moved });
    });

    test('of fifty rotations at once one succeeds, and the others get the session as it is then', { timeout: 60_000 }, async () => {
      const session = await opened();
      const turns = Array.from({ length: 50 }, () => turnOf(session));
      const outcomes = await Promise.all(turns.map((turn) => fixture.sessions.rotate(turn)));
      const winners = outcomes.filter((outcome) => 'rotated' in outcome);
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) if ('found' in outcome) expect(outcome.found).toEqual(winners[0]?.rotated);
      expect(await fixture.sessions.get(session)).toEqual(winners[0]?.rotated);
    });

    test('a fork leads from the parent past the current generation; of fifty at once one is done', async () => {
      const session = await opened({ generation: 5, parent: 4 });
      const turns = Array.from({ length: 50 }, () => ({ ...turnOf(session), parent: 4 }));
      const outcomes = await Promise.all(turns.map((turn) => fixture.sessions.rotate(turn)));
      expect(outcomes.filter((outcome) => 'rotated' in outcome)).toHaveLength(1);
      expect(await fixture.sessions.get(session)).toMatchObject({ generation: 6, parent: 4, rotatedBy: turns[0]?.by });
    });

    test('a generation that is not the current one rotates nothing', async () => {
      const session = await opened({ generation: 5 });
      for (const generation of [0, 4, 6]) {
        expect(await fixture.sessions.rotate({ ...turnOf(session), generation })).toEqual({ found: session });
      }
      expect(await fixture.sessions.get(session)).toEqual(session);
    });

    test('a session that was idle too long does not rotate, even if its row is still there', async () => {
      const session = await opened();
      const [last, late] = [session.idleSeconds - 1, session.idleSeconds];
      expect(await fixture.sessions.rotate(turnOf(session, late))).toEqual({ found: session });
      expect(await fixture.sessions.rotate(turnOf(session, last))).toMatchObject({ rotated: { generation: 1 } });
    });

    test('a session past its end does not rotate, however often it was refreshed', async () => {
      const session = await opened({ expiresAt: madeSession().endsAt + 3600 });
      expect(await fixture.sessions.rotate(turnOf(session, 86_400))).toEqual({ found: session });
      expect(await fixture.sessions.rotate(turnOf(session, 86_399))).toMatchObject({ rotated: { generation: 1, endsAt: session.endsAt } });
    });

    test('a session that does not exist does not rotate, and is not added', async () => {
      const session = madeSession();
      expect(await fixture.sessions.rotate(turnOf(session))).toEqual({ found: undefined });
      expect(await fixture.sessions.get(session)).toBeUndefined();
    });

    const renewalOf = ({ userId, sid, jti }: Session, expiresAt: number, at = 60) => ({ userId, sid, jti, expiresAt, now: afterNoon(at) });

    test('a renewal extends a session and records when, and changes nothing else', async () => {
      const session = await opened();
      const renewed = { ...session, expiresAt: session.expiresAt + 600, rotatedAtMs: afterNoon(600).getTime() };
      expect(await fixture.sessions.renew(renewalOf(session, session.expiresAt + 600, 600))).toEqual(renewed);
      expect(await fixture.sessions.get(session)).toEqual(renewed);
      const used = { ...renewed, rotatedAtMs: afterNoon(601).getTime() };
      expect(await fixture.sessions.renew(renewalOf(session, renewed.expiresAt, 601))).toEqual(used);
    });

    test('a renewal never shortens a session', async () => {
      const session = await opened();
      expect(await fixture.sessions.renew(renewalOf(session, session.expiresAt - 1))).toEqual(session);
      expect(await fixture.sessions.get(session)).toEqual(session);
    });

    test('of fifty renewals at once each succeeds, and the session lives as long as the last', { timeout: 60_000 }, async () => {
      const session = await opened();
      const renewals = Array.from({ length: 50 }, (_, index) => renewalOf(session, session.expiresAt + index, index));
      const shown = await Promise.all(renewals.map((renewal) => fixture.sessions.renew(renewal)));
      for (const [index, each] of shown.entries()) expect(each?.expiresAt).toBeGreaterThanOrEqual(session.expiresAt + index);
      expect(await fixture.sessions.get(session)).toMatchObject({ expiresAt: session.expiresAt + 49, generation: 0, jti: session.jti });
    });

    test('a session that is over is not renewed, to the second, even if its row is still there', async () => {
      const session = await opened();
      const further = session.endsAt;
      expect(await fixture.sessions.renew(renewalOf(session, further, session.idleSeconds))).toBeUndefined();
      expect(await fixture.sessions.renew(renewalOf(session, further, session.idleSeconds - 1))).toMatchObject({ expiresAt: further });
      expect(await fixture.sessions.renew(renewalOf(session, further + 9, 86_400))).toBeUndefined();
      const longer = await opened({ expiresAt: session.endsAt + 3600 });
      expect(await fixture.sessions.renew(renewalOf(longer, longer.expiresAt, 86_400))).toBeUndefined();
      expect(await fixture.sessions.renew(renewalOf(longer, longer.expiresAt - 60, 86_400))).toBeUndefined();
      expect(await fixture.sessions.renew(renewalOf(longer, longer.expiresAt, 86_399))).toMatchObject({ endsAt: longer.endsAt });
    });

    test('a session is not renewed with another session’s token, for another user, or if it does not exist', async () => {
      const [session, never] = [await opened(), madeSession()];
      for (const other of [{ ...session, jti: randomId() }, { ...session, userId: 'somebody else' }, never])
        for (const until of [session.expiresAt - 1, session.expiresAt + 60])
          expect(await fixture.sessions.renew(renewalOf(other, until))).toBeUndefined();
      expect(await fixture.sessions.get(session)).toEqual(session);
      expect(await fixture.sessions.get(never)).toBeUndefined();
    });

    test('a session that is ended while it is renewed stays ended', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 10; round += 1) {
        const session = await opened();
        await Promise.all([
          fixture.sessions.renew(renewalOf(session, session.expiresAt + 60)).catch(() => undefined), // a conflict with the end of it is no renewal either
          fixture.sessions.end(session, theftFrom(session)),
        ]);
        expect(await fixture.sessions.get(session)).toBeUndefined();
        expect(await fixture.sessions.renew(renewalOf(session, session.expiresAt + 60))).toBeUndefined();
      }
    });

    test('an ended session is gone and on the blacklist for as long as its tokens could live, with the event', async () => {
      const session = await opened();
      const event = theftFrom(session);
      expect(await fixture.sessions.end(session, event)).toBe('ended');
      expect(await fixture.sessions.get(session)).toBeUndefined();
      expect(await fixture.sessions.rotate(turnOf(session))).toEqual({ found: undefined });
      expect(await fixture.blacklistedUntil(session.sid)).toBeGreaterThanOrEqual(session.endsAt);
      expect(await fixture.hasEvent(event.id)).toBe(true);
    });

    test('ending a session leaves the user’s other sessions alone', async () => {
      const session = await opened();
      const other = await opened({ userId: session.userId });
      await fixture.sessions.end(session, theftFrom(session));
      expect(await fixture.sessions.get(other)).toEqual(other);
      expect(await fixture.blacklistedUntil(other.sid)).toBeUndefined();
    });

    test('a session that is ended twice, or does not exist, is absent, and writes no second event', async () => {
      const [session, never] = [await opened(), madeSession()];
      await fixture.sessions.end(session, theftFrom(session));
      for (const gone of [session, never]) {
        const event = theftFrom(gone);
        expect(await fixture.sessions.end(gone, event)).toBe('absent');
        expect(await fixture.hasEvent(event.id)).toBe(false);
      }
    });

    test('of twenty requests that end a session at once one does it, and none fails', { timeout: 60_000 }, async () => {
      const session = await opened();
      const events = Array.from({ length: 20 }, () => theftFrom(session));
      const attempts = await Promise.allSettled(events.map((event) => fixture.sessions.end(session, event)));
      const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason.code] : []));
      expect(new Set(refused).difference(new Set(['unavailable']))).toEqual(new Set());
      expect(attempts.filter((attempt) => attempt.status === 'fulfilled' && attempt.value === 'ended')).toHaveLength(1);
      const written = await Promise.all(events.map(({ id }) => fixture.hasEvent(id)));
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(await fixture.sessions.get(session)).toBeUndefined();
    });

    test('a session that is ended while it rotates stays ended', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 10; round += 1) {
        const session = await opened();
        await Promise.all([
          fixture.sessions.rotate(turnOf(session)).catch(() => undefined), // a conflict with the end of it is no rotation either
          fixture.sessions.end(session, theftFrom(session)),
        ]);
        expect(await fixture.sessions.get(session)).toBeUndefined();
        expect(await fixture.blacklistedUntil(session.sid)).toBeDefined();
      }
    });

    test('a session is not ended for another user who knows its id', async () => {
      const session = await opened();
      expect(await fixture.sessions.end({ ...session, userId: 'somebody else' }, theftFrom(session))).toBe('absent');
      expect(await fixture.sessions.get(session)).toEqual(session);
      expect(await fixture.blacklistedUntil(session.sid)).toBeUndefined();
    });

    test('the sessions of a user are listed, all or as many as asked for, and no other user’s', { timeout: 60_000 }, async () => {
      const userId = randomId();
      const mine = await Promise.all(Array.from({ length: 12 }, () => opened({ userId })));
      await opened();
      const found = await fixture.sessions.list(userId, 1000);
      expect(new Map(found.map((session) => [session.sid, session]))).toEqual(new Map(mine.map((session) => [session.sid, session])));
      expect(found).toHaveLength(12);
      expect(await fixture.sessions.list(userId, 5)).toHaveLength(5);
      expect(await fixture.sessions.list('nobody', 1000)).toEqual([]);
    });

    test('a session that was opened, rotated or ended just before is listed as it is now', async () => {
      const session = await opened();
      await fixture.sessions.rotate(turnOf(session));
      expect(await fixture.sessions.list(session.userId, 10)).toMatchObject([{ sid: session.sid, generation: 1 }]);
      await fixture.sessions.end(session, theftFrom(session));
      expect(await fixture.sessions.list(session.userId, 10)).toEqual([]);
    });

    const enrolled = async (given: Partial<User> = {}) => {
      const user = madeUser(given);
      await fixture.users.add(user, namesOf(user), registered(user));
      return user;
    };
    const everywhere = (userId: string): Event => ({ id: uuidv7(noon), type: 'all_sessions_ended', userId, at: noon });

    test('a logout everywhere raises the epoch by one, with the event, and changes nothing else of the user', async () => {
      const user = await enrolled({ tokenEpoch: 3 });
      const event = everywhere(user.id);
      expect(await fixture.sessions.endAll(user.id, event)).toBe('ended');
      expect(await fixture.users.get(user.id)).toEqual({ ...user, tokenEpoch: 4 });
      expect(await fixture.hasEvent(event.id)).toBe(true);
    });

    test('a logout everywhere of an unknown user is absent, and adds no user', async () => {
      const event = everywhere(uuidv7(noon));
      expect(await fixture.sessions.endAll(event.userId, event)).toBe('absent');
      expect([await fixture.users.get(event.userId), await fixture.hasEvent(event.id)]).toEqual([undefined, false]);
    });

    test('of ten logouts everywhere at once each one that is not told to wait counts once', { timeout: 60_000 }, async () => {
      const { id } = await enrolled();
      const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => fixture.sessions.endAll(id, everywhere(id))));
      const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason.code] : []));
      expect(new Set(refused).difference(new Set(['unavailable']))).toEqual(new Set());
      expect((await fixture.users.get(id))?.tokenEpoch).toBe(10 - refused.length);
    });

    test('deleted sessions are gone, others stay, and missing ones are no error', { timeout: 60_000 }, async () => {
      const userId = randomId();
      const dead = await Promise.all(Array.from({ length: 25 }, () => opened({ userId })));
      const other = await opened({ userId });
      for (let time = 0; time < 2; time += 1) await fixture.sessions.remove(dead);
      expect(await fixture.sessions.list(userId, 1000)).toEqual([other]);
      await fixture.sessions.remove([]);
    });

    test('the sessions of a deleted user are deleted, and one opened a millisecond later for the same id is not', {
      timeout: 60_000,
    }, async () => {
      const userId = randomId();
      const at = new Date(noon.getTime() + 500);
      const before = { openedAt: noon.getTime() / 1000 - 60, rotatedAtMs: noon.getTime() + 60_000 }; // a refresh was tried since, in vain
      for (let count = 0; count < 25; count += 1) await opened({ userId, ...before });
      await opened({ userId, rotatedAtMs: at.getTime() });
      const later = await opened({ userId, rotatedAtMs: at.getTime() + 1 });
      const other = await opened();
      for (let time = 0; time < 2; time += 1) await fixture.sessions.clearAway(userId, at);
      expect(await fixture.sessions.list(userId, 1000)).toEqual([later]);
      expect(await fixture.sessions.get(other)).toEqual(other);
      await fixture.sessions.clearAway('nobody', at);
    });
  });
}
