import { beforeAll, describe, expect, test } from 'vitest';
import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { madeApiToken } from '../lib/api-tokens/made-api-token.ts';
import { afterNoon, noon } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';

/** A store of API tokens, and what a test may look up behind it. */
export type ApiTokenFixture = {
  readonly tokens: ApiTokenStore;
  readonly users: Pick<UserStore, 'add'>;
  readonly sessions: Pick<SessionStore, 'endAll'>;
  hasEvent(id: string): Promise<boolean>;
};

export function created({ userId }: Pick<ApiToken, 'userId'>): Event {
  return { id: uuidv7(noon), type: 'api_token_created', userId, at: noon };
}
export function revoked({ userId }: Pick<ApiToken, 'userId'>): Event {
  return { ...created({ userId }), type: 'api_token_revoked' };
}

/** The promises of every store of API tokens, in memory or in DynamoDB. */
export function promisesOfApiTokenStore(kind: string, start: () => Promise<ApiTokenFixture>): void {
  describe(`API tokens in ${kind}`, () => {
    let fixture: ApiTokenFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const added = async (given: Partial<ApiToken> = {}) => {
      const { token } = madeApiToken(given);
      expect(await fixture.tokens.add(token, created(token), noon)).toBe('added');
      return token;
    };
    const found = async (token: Pick<ApiToken, 'userId' | 'id'>) => (await fixture.tokens.standingOf(token)).token;

    test('a token is found as it was added, with its event, for its user and by its id only', async () => {
      const { token } = madeApiToken({ name: '夜间任务', epoch: 3, expiresAt: epochSeconds(noon) + 60, lastUsedAt: epochSeconds(noon) });
      const event = created(token);
      expect(await fixture.tokens.add(token, event, noon)).toBe('added');
      expect([await found(token), await fixture.hasEvent(event.id)]).toEqual([token, true]);
      const another = `${token.id.slice(0, 2)}${randomId().slice(2)}`;
      for (const key of [
        { ...token, userId: 'somebody else' },
        { ...token, id: randomId() },
        { ...token, id: another },
      ])
        expect(await found(key)).toBeUndefined();
    });

    test('a token comes with the current state of its user', async () => {
      const user = madeUser({ roles: ['editor'], isActive: false });
      await fixture.users.add(user, namesOf(user), registered(user));
      const token = await added({ userId: user.id });
      expect((await fixture.tokens.standingOf(token)).user).toEqual({ isActive: false, tokenEpoch: 0, roles: ['editor'] });
      await fixture.sessions.endAll(user.id, { ...created(token), type: 'all_sessions_ended' });
      expect(await fixture.tokens.standingOf(token)).toMatchObject({ token, user: { tokenEpoch: 1 } });
      expect((await fixture.tokens.standingOf({ ...token, userId: 'nobody' })).user).toBeUndefined();
    });

    test('of fifty tokens added to one place at once, one is added', { timeout: 60_000 }, async () => {
      const userId = randomId();
      const all = Array.from({ length: 50 }, () => madeApiToken({ userId }).token);
      const outcomes = await Promise.all(all.map((token) => fixture.tokens.add(token, created(token), noon)));
      const winners = all.filter((_, index) => outcomes[index] === 'added');
      expect(winners).toHaveLength(1);
      expect(await fixture.tokens.list(userId)).toEqual(winners);
    });

    test('a place is taken while its token can be used', async () => {
      const userId = randomId();
      const first = await added({ userId, epoch: 1, expiresAt: epochSeconds(noon) + 60 });
      for (const epoch of [0, 1]) {
        const { token } = madeApiToken({ userId, epoch });
        const event = created(token);
        expect(await fixture.tokens.add(token, event, afterNoon(59))).toBe('taken');
        expect([await found(first), await found(token), await fixture.hasEvent(event.id)]).toEqual([first, undefined, false]);
      }
      const { token: later } = madeApiToken({ userId, epoch: 1 });
      expect(await fixture.tokens.add(later, created(later), afterNoon(60))).toBe('added');
      const { token: ofNextEpoch } = madeApiToken({ userId, epoch: 2 });
      expect(await fixture.tokens.add(ofNextEpoch, created(later), noon)).toBe('added');
      expect(await fixture.tokens.list(userId)).toEqual([ofNextEpoch]);
    });

    test('a user’s tokens are listed, up to two hundred and fifty-six, and no other user’s', { timeout: 60_000 }, async () => {
      const userId = randomId();
      const name = '名'.repeat(64);
      const ids = Array.from({ length: 256 }, (_, place) => place.toString(16).padStart(2, '0') + randomId().slice(2));
      await Promise.all(ids.map((id) => added({ userId, id, name })));
      await added();
      expect((await fixture.tokens.list(userId)).map(({ id }) => id).sort()).toEqual(ids);
      expect(await fixture.tokens.list('nobody')).toEqual([]);
    });

    test('of fifty calls that remove a token at once one does it, with the event', { timeout: 60_000 }, async () => {
      const token = await added();
      const events = Array.from({ length: 50 }, () => revoked(token));
      const outcomes = await Promise.all(events.map((event) => fixture.tokens.remove(token, event)));
      expect(outcomes.filter((outcome) => outcome === 'removed')).toHaveLength(1);
      expect(await Promise.all(events.map(({ id }) => fixture.hasEvent(id)))).toEqual(outcomes.map((outcome) => outcome === 'removed'));
      expect(await found(token)).toBeUndefined();
    });

    test('a token is not removed by another id in its place, nor for another user', async () => {
      const token = await added();
      const another = `${token.id.slice(0, 2)}${randomId().slice(2)}`;
      for (const key of [
        { ...token, id: another },
        { ...token, userId: 'somebody else' },
      ]) {
        const event = revoked(token);
        expect([await fixture.tokens.remove(key, event), await fixture.hasEvent(event.id)]).toEqual(['absent', false]);
      }
      expect(await found(token)).toEqual(token);
    });

    test('the tokens of a deleted user are deleted, and one made a second later for the same id is not', async () => {
      const userId = randomId();
      const made = (place: number, createdAt: number) =>
        added({ userId, createdAt, id: `${place.toString(16).padStart(2, '0')}${randomId().slice(2)}` });
      for (let place = 0; place < 25; place += 1) await made(place, epochSeconds(noon) - (place % 2));
      const later = await made(25, epochSeconds(noon) + 1);
      const other = await added();
      for (let time = 0; time < 2; time += 1) await fixture.tokens.clearAway(userId, new Date(noon.getTime() + 500));
      expect(await fixture.tokens.list(userId)).toEqual([later]);
      expect(await found(other)).toEqual(other);
    });

    test('a use is recorded, never moved back, and never adds a token', async () => {
      const token = await added();
      await fixture.tokens.noteUse(token, afterNoon(60));
      await fixture.tokens.noteUse(token, afterNoon(30));
      expect(await found(token)).toEqual({ ...token, lastUsedAt: epochSeconds(noon) + 60 });
      const { token: absent } = madeApiToken();
      const another = { ...token, id: `${token.id.slice(0, 2)}${randomId().slice(2)}` };
      for (const key of [absent, another]) await fixture.tokens.noteUse(key, afterNoon(90));
      expect([await found(absent), await found(another)]).toEqual([undefined, undefined]);
      expect(await found(token)).toMatchObject({ lastUsedAt: epochSeconds(noon) + 60 });
    });
  });
}
