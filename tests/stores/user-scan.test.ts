import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoUserScan } from '#lib/transfer/user-scan.dynamo.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { everyUser } from '../../scripts/users/every-user.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  test('every user is in exactly one segment, also on several pages, and the cost is reported', async () => {
    const scan = dynamoUserScan(database.tables, database.client);
    expect(await scan.page({ number: 0, of: 1 })).toEqual({ users: [], units: expect.any(Number), next: undefined });
    // 80 users of 25 kB are two pages of 1 MB.
    const people = Array.from({ length: 80 }, () => madeUser({ attributes: { filler: 'x'.repeat(25_000) } }));
    const store = dynamoUserStore(database.tables, database.client);
    await Promise.all(people.map((user) => store.add(user, namesOf(user), registered(user))));
    for (const segments of [1, 4]) {
      const seen: User[] = [];
      const spent: number[] = [];
      const pace = { spend: async (units: number) => void spent.push(units) };
      await everyUser({ scan, pace, segments }, async (users) => void seen.push(...users));
      expect(seen.map(({ id }) => id).sort()).toEqual(people.map(({ id }) => id).sort());
      expect(seen.find(({ id }) => id === people[0]?.id)).toEqual(people[0]);
      expect(spent.reduce((sum, units) => sum + units)).toBeGreaterThan(400);
    }
    expect((await scan.page({ number: 0, of: 1 })).next).toEqual({ id: expect.any(String) });
    expect(await scan.roughCount()).toEqual(expect.any(Number));
  });
});
