import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditQuery, AuditStore } from '#lib/audit/audit-store.ts';
import type { Entry } from '#lib/audit/entry.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';

type AuditFixture = { readonly audit: AuditStore; readonly addUser: (id: string) => Promise<void> };

const day = 86_400_000;
const noon = new Date('2026-05-02T12:00:00.000Z');

/** An entry of a user, some milliseconds after noon. */
export function madeEntry(given: Partial<Entry> & Pick<Entry, 'userId'>, afterMs = 0): Entry {
  const at = new Date(noon.getTime() + afterMs);
  return { id: uuidv7(at), type: 'session_opened', at, via: 'login', ...given };
}

/** The promises of every store of the audit trail, in memory or in DynamoDB. */
export function promisesOfAuditStore(kind: string, start: () => Promise<AuditFixture>): void {
  describe(`the audit trail in ${kind}`, () => {
    let fixture: AuditFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    const put = async (entries: readonly Entry[]) => await Promise.all(entries.map((entry) => fixture.audit.put(entry)));
    const all = async (query: AuditQuery, limit = 100) => {
      const found: Entry[] = [];
      let after: string | undefined;
      do {
        const { entries, next } = await fixture.audit.page(query, { limit, after });
        expect(entries.length).toBeLessThanOrEqual(limit);
        found.push(...entries);
        after = next;
      } while (after !== undefined);
      return found;
    };
    const newestFirst = (entries: readonly Entry[]) => entries.toSorted((one, other) => (one.id < other.id ? 1 : -1));

    test('has every entry whole and once, newest first, in pages of any size', async () => {
      const userId = randomId();
      const full = { actorId: 'ann', sid: 's', about: 'a', fields: ['name'], addressHash: 'h', device: '一部电话', requestId: 'r' };
      const entries = [madeEntry({ userId, ...full }), ...Array.from({ length: 30 }, (_, index) => madeEntry({ userId }, index % 3))];
      await put(entries);
      await put(entries);
      for (const limit of [1, 4, 31, 100]) expect(await all({ of: 'user', id: userId }, limit)).toEqual(newestFirst(entries));
    });

    test('finds what a user did, of one type, from an instant until before another', async () => {
      const [actorId, userId] = [randomId(), randomId()];
      const entries = [0, 1, 2, 3].map((ms) => madeEntry({ userId, actorId, type: ms % 2 ? 'roles_changed' : 'user_suspended' }, ms));
      await put(entries);
      const [first, second, third] = entries as [Entry, Entry, Entry];
      expect(await all({ of: 'actor', id: actorId, since: second.at }, 1)).toEqual(newestFirst(entries.slice(1)));
      expect(await all({ of: 'actor', id: actorId, type: 'user_suspended' }, 1)).toEqual([third, first]);
      expect(await all({ of: 'user', id: userId, since: second.at, until: third.at })).toEqual([second]);
      expect(await all({ of: 'user', id: userId, since: third.at, until: second.at })).toEqual([]);
    });

    test('has all entries of some days, whatever the day and the page, also after days without one', async () => {
      const since = new Date(noon.getTime() + 100 * day);
      const until = new Date(since.getTime() + 50 * day);
      const entries = [0, 0, 0, 1, 7, 7, 49].map((days, index) => madeEntry({ userId: randomId() }, (100 + days) * day + index));
      await put(entries);
      for (const limit of [1, 2, 100]) expect(await all({ of: 'everyone', since, until }, limit)).toEqual(newestFirst(entries));
      expect(await all({ of: 'everyone', since, until, type: 'roles_changed' })).toEqual([]);
    });

    test('is not written for a user who is deleted', async () => {
      const [there, gone] = [randomId(), randomId()];
      await fixture.addUser(there);
      for (const userId of [there, gone]) await fixture.audit.putUnlessDeleted(madeEntry({ userId }));
      expect([(await all({ of: 'user', id: there })).length, (await all({ of: 'user', id: gone })).length]).toEqual([1, 0]);
    });

    test('is cleared up to an instant, except one entry', async () => {
      const userId = randomId();
      const entries = [0, 1, 2, 3].map((ms) => madeEntry({ userId }, ms));
      await put(entries);
      const [, second, third, last] = entries as [Entry, Entry, Entry, Entry];
      for (let count = 0; count < 2; count += 1) await fixture.audit.clearAway(userId, third.at, second.id);
      expect(await all({ of: 'user', id: userId })).toEqual([last, second]);
    });
  });
}
