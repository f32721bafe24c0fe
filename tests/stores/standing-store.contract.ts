import { beforeAll, describe, expect, test } from 'vitest';
import { randomId, uuidv7 } from '#lib/ids.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { StandingStore } from '#lib/tokens/standing-store.ts';
import type { Claims } from '#lib/tokens/token.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { afterNoon, madeSession, noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { theftFrom } from './session-store.contract.ts';

/** The store of standings, and the stores that change them. */
export type StandingFixture = {
  readonly standing: StandingStore;
  readonly users: Pick<UserStore, 'add'>;
  readonly sessions: Pick<SessionStore, 'add' | 'end' | 'rotate'>;
  /** Puts an id on the blacklist until an instant in seconds since 1970. */
  blacklist(id: string, until: number): Promise<void>;
};

/** The promises of every store of standings, in memory or in DynamoDB. */
export function promisesOfStandingStore(kind: string, start: () => Promise<StandingFixture>): void {
  describe(`standing in ${kind}`, () => {
    let fixture: StandingFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const signedIn = async (given: Partial<User> = {}, session: Partial<Session> = {}) => {
      const user = madeUser(given);
      await fixture.users.add(user, namesOf(user), registered(user));
      const opened = madeSession({ ...session, userId: user.id });
      await fixture.sessions.add(opened);
      return { user, session: opened };
    };
    const claimsOf = (session: Session, token_type: Claims['token_type'] = 'refresh'): Claims => {
      const { userId: user_id, sid, epoch, generation } = session;
      return { token_type, exp: session.expiresAt, iat: session.openedAt, jti: session.jti, user_id, sid, epoch, generation };
    };

    test('a token of an existing user comes with the user as stored now', async () => {
      const { session, user } = await signedIn({ roles: ['editor'], tokenEpoch: 4 });
      expect(await fixture.standing.standingOf(claimsOf(session), noon)).toEqual({
        user,
        isBlacklisted: false,
        generation: 0,
      });
    });

    test('an inactive user is returned as inactive, and a deleted one is not returned', async () => {
      const { session } = await signedIn({ isActive: false });
      expect(await fixture.standing.standingOf(claimsOf(session), noon)).toMatchObject({ user: { isActive: false } });
      const gone = claimsOf(madeSession({ userId: uuidv7(noon) }));
      expect(await fixture.standing.standingOf(gone, noon)).toEqual({ user: undefined, isBlacklisted: false, generation: undefined });
    });

    test('a token is on the blacklist by its own id or by its session’s', async () => {
      for (const name of ['jti', 'sid'] as const) {
        const { session } = await signedIn();
        await fixture.blacklist(session[name], session.endsAt);
        for (const type of ['access', 'refresh', 'sliding'] as const) {
          expect(await fixture.standing.standingOf(claimsOf(session, type), noon)).toMatchObject({ isBlacklisted: true });
        }
      }
    });

    test('an expired entry of the blacklist does not count, even if its row is still there', async () => {
      const { session } = await signedIn();
      await fixture.blacklist(session.sid, noon.getTime() / 1000 + 10);
      expect(await fixture.standing.standingOf(claimsOf(session), afterNoon(9.9))).toMatchObject({ isBlacklisted: true });
      expect(await fixture.standing.standingOf(claimsOf(session), afterNoon(10))).toMatchObject({ isBlacklisted: false });
    });

    test('an id that is both token and session is read once', async () => {
      const both = randomId();
      const { session } = await signedIn({}, { sid: both, jti: both });
      expect(await fixture.standing.standingOf(claimsOf(session), noon)).toMatchObject({ isBlacklisted: false, generation: 0 });
    });

    test('a refresh token comes with the generation of its session, an access token does not', async () => {
      const { session } = await signedIn();
      await fixture.sessions.rotate({ ...session, parent: 0, by: 'a client', jti: randomId(), requestId: randomId(), now: noon });
      expect(await fixture.standing.standingOf(claimsOf(session), noon)).toMatchObject({ generation: 1 });
      expect(await fixture.standing.standingOf(claimsOf(session, 'access'), noon)).toMatchObject({ generation: undefined });
    });

    test('a sliding token does not come with a session either, because an ended one is on the blacklist', async () => {
      const { session } = await signedIn();
      expect(await fixture.standing.standingOf(claimsOf(session, 'sliding'), noon)).toMatchObject({ generation: undefined });
    });

    test('a session that is over has no generation, even if its row is still there', async () => {
      const { session } = await signedIn();
      expect(await fixture.standing.standingOf(claimsOf(session), afterNoon(3599))).toMatchObject({ generation: 0 });
      expect(await fixture.standing.standingOf(claimsOf(session), afterNoon(3600))).toMatchObject({ generation: undefined });
      const { session: old } = await signedIn({}, { expiresAt: session.endsAt + 3600 });
      expect(await fixture.standing.standingOf(claimsOf(old), afterNoon(86_399))).toMatchObject({ generation: 0 });
      expect(await fixture.standing.standingOf(claimsOf(old), afterNoon(86_400))).toMatchObject({ generation: undefined });
    });

    test('an ended session is on the blacklist until it would have ended, for access and refresh tokens alike', async () => {
      const { session } = await signedIn();
      await fixture.sessions.end(session, theftFrom(session));
      for (const type of ['access', 'refresh'] as const) {
        const claims = claimsOf(session, type);
        expect(await fixture.standing.standingOf(claims, afterNoon(86_399))).toMatchObject({ isBlacklisted: true, generation: undefined });
      }
    });

    test('the id of a session does not match another user’s session', async () => {
      const [{ session }, { user }] = [await signedIn(), await signedIn()];
      expect(await fixture.standing.standingOf({ ...claimsOf(session), user_id: user.id }, noon)).toMatchObject({ generation: undefined });
    });
  });
}
