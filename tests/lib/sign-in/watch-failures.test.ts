import { describe, expect, test } from 'vitest';
import { pseudonym } from '#lib/audit/pseudonym.ts';
import { Problem } from '#lib/problem.ts';
import { watchFailures } from '#lib/sign-in/watch-failures.ts';
import { logged } from '../logged.ts';
import { client, madeService } from '../users/made-service.ts';

const wrong = new Problem('no_active_account');
const lastTry = { name: 'login-account', key: 'throttle#login-account#who#7', count: 10, max: 10, windowSeconds: 900 };

describe('a failed sign-in', () => {
  test('is a line and a metric, with hashes and nothing that was typed', async () => {
    const { recordFailure, lookupSecret, tables } = madeService();
    const lines = await logged(() =>
      recordFailure({ error: wrong, identifier: ' Ada@Example.com', tries: [{ ...lastTry, count: 9 }], client }),
    );
    const secrets = await lookupSecret();
    expect(lines).toMatchObject([
      {
        event: 'sign_in_failed',
        sign_in_failed: 1,
        code: 'no_active_account',
        requestId: client.requestId,
        account: pseudonym(secrets, 0, 'account', 'ada@example.com'),
        address: pseudonym(secrets, 0, 'address', client.address),
      },
    ]);
    expect(JSON.stringify(lines).toLowerCase()).not.toMatch(/ada|example|192\.0\.2/);
    expect(tables.events).toEqual([]);
  });

  test('that uses up the limit of the account is one event, whether or not the account exists', async () => {
    const { recordFailure, addUser, tables } = madeService();
    const user = await addUser('a fine sentence', { username: 'ada' });
    tables.events.length = 0;
    const fail = (identifier: string, key: string) => recordFailure({ error: wrong, identifier, tries: [{ ...lastTry, key }], client });
    await logged(async () => {
      await fail('ada', 'a');
      await fail('ada', 'a');
      await fail('nobody-at-all', 'b');
    });
    expect(tables.events).toMatchObject([
      { type: 'login_failed', userId: user.id },
      { type: 'login_failed', userId: '' },
    ]);
  });

  test('of which the record fails is still the same refusal', async () => {
    const { users, lookupSecret, now } = madeService();
    const events = { add: () => Promise.reject(new Error('not now')) };
    const record = watchFailures({ users, events, lookupSecret, region: 'CN', stage: 'test', now });
    const lines = await logged(() => record({ error: wrong, identifier: 'ada', tries: [lastTry], client }));
    expect(lines).toMatchObject([{ event: 'sign_in_failed' }, { event: 'failure_not_recorded', message: 'not now' }]);
  });

  test('through a fault of ours is not counted', async () => {
    const { recordFailure } = madeService();
    const error = new Problem('unavailable');
    expect(await logged(() => recordFailure({ error, identifier: 'ada', tries: [lastTry], client }))).toEqual([]);
  });
});
