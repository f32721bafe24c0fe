import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoArrivalStore } from '#lib/transfer/arrival-store.dynamo.ts';
import type { Arrival } from '#lib/transfer/arrival-store.ts';
import { joinedKey } from '#lib/users/directory.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';

const arrival = (given: Parameters<typeof madeUser>[0] = {}): Arrival => {
  const user = madeUser(given);
  return { user, identifiers: namesOf(user) };
};

describe.for(engines)('%s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase(engine);
  }, 60_000);
  afterAll(() => database.close());

  const arrivals = (client = database.client) => dynamoArrivalStore(database.tables, client);
  const users = () => dynamoUserStore(database.tables, database.client);

  test('all arrivals of a call are added with their names and roles, and without events', async () => {
    const all = [arrival({ roles: ['editors', 'staff'] }), arrival({ mobile: undefined }), arrival()];
    expect((await arrivals().look(all)).states).toEqual(['absent', 'absent', 'absent']);
    const { states, units, isBusy } = await arrivals().add(all);
    expect([states, isBusy]).toEqual([['added', 'added', 'added'], false]);
    expect(units).toBeGreaterThanOrEqual(26); // 13 rows at 2; DynamoDB Local does not count the indexes
    for (const { user, identifiers } of all) {
      expect(await users().get(user.id)).toEqual(user);
      for (const name of identifiers) expect((await users().findByIdentifier(name))?.id).toBe(user.id);
      for (const role of user.roles)
        expect(await database.row(database.tables.ROLES_TABLE, { role, member: joinedKey(user) })).toBeTruthy();
    }
    expect((await arrivals().look(all)).states).toEqual(['there', 'there', 'there']);
    expect((await arrivals().add(all)).states).toEqual(['there', 'there', 'there']);
  });

  test('one arrival that cannot be added keeps the others out, which are not blamed, and nothing is written', async () => {
    const [before, same] = [madeUser(), arrival()];
    await users().add(before, namesOf(before), registered(before));
    await arrivals().add([same]);
    const named = arrival({ username: before.username, mobile: before.mobile });
    const numbered = arrival({ id: before.id });
    const innocent = arrival({ roles: ['a'] });
    const all = [named, numbered, innocent, same];
    const expected = [{ taken: ['username', 'mobile'] }, { taken: ['id'] }, 'absent', 'there'];
    expect((await arrivals().look(all)).states).toEqual(expected);
    expect(await arrivals().add(all)).toMatchObject({ states: expected, isBusy: false });
    for (const { user } of [named, innocent]) expect(await users().get(user.id)).toBeUndefined();
    expect(await users().get(before.id)).toEqual(before);
    expect((await arrivals().add([innocent])).states).toEqual(['added']);
  });

  test('an arrival whose profile has changed since counts as another user, and the stored one stays', async () => {
    const came = arrival();
    await arrivals().add([came]);
    const renamed = arrival({ id: came.user.id, email: came.user.email, mobile: came.user.mobile });
    expect((await arrivals().add([renamed])).states).toEqual([{ taken: ['id'] }]);
    expect(await users().get(came.user.id)).toEqual(came.user);
  });

  test('a lost answer does not make an arrival collide with itself', async () => {
    const { client, met } = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    expect((await arrivals(client).add([arrival()])).states).toEqual(['added']);
    expect(met()).toBe(2);
  });

  test.each([
    ['a conflict', ['TransactionConflict', 'None', 'None', 'None']],
    ['a throttled index', ['None', 'ThrottlingError', 'None', 'None']],
    ['a spent table', ['ProvisionedThroughputExceeded', 'None', 'None', 'None']],
  ])('%s is a reason to try again', async (_, reasons) => {
    const { client } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 1 }, reasons);
    const came = arrival();
    expect(await arrivals(client).add([came])).toMatchObject({ states: ['absent'], isBusy: true });
    expect((await arrivals(client).add([came])).states).toEqual(['added']);
  });

  test('a cancellation for any other reason is a fault', async () => {
    const reasons = ['ValidationError', 'None', 'None', 'None'];
    const { client } = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 1 }, reasons);
    await expect(arrivals(client).add([arrival()])).rejects.toThrow('Transaction cancelled');
  });
});
