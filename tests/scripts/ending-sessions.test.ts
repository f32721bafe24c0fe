import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { isSure } from '../../scripts/users/end-sessions.ts';
import { madeSession } from '../lib/sessions/made-session.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from './local-stage.ts';

let stage: Awaited<ReturnType<typeof startLocalStage>>;
beforeAll(async () => {
  stage = await startLocalStage();
}, 60_000);
afterAll(async () => await stage.stop());

/** A user with two sessions and an API token. */
async function signedIn(): Promise<User> {
  const user = madeUser();
  await dynamoUserStore(localTables, stage.client).add(user, namesOf(user), registered(user));
  for (const sid of ['a'.repeat(32), 'b'.repeat(32)])
    await dynamoSessionStore(localTables, stage.client).add(madeSession({ userId: user.id, sid }));
  const token = { user_id: user.id, place: '0', id: '0x', hash: 'h', name: 'n', epoch: 0, created_at: 1 };
  await stage.client.send(new PutCommand({ TableName: localTables.API_TOKENS_TABLE, Item: token }));
  return user;
}
const rowsOf = async (table: string, { id }: User) => {
  const query = { KeyConditionExpression: 'user_id = :id', ExpressionAttributeValues: { ':id': id } };
  return (await stage.client.send(new QueryCommand({ TableName: table, ...query }))).Count;
};
const leftOf = async (user: User) => ({
  sessions: await rowsOf(localTables.SESSIONS_TABLE, user),
  apiTokens: await rowsOf(localTables.API_TOKENS_TABLE, user),
  epoch: (await dynamoUserStore(localTables, stage.client).get(user.id))?.tokenEpoch,
});

describe('npm run users -- end-sessions', () => {
  test('ends the sessions of one user, and with --api-tokens everything that opens the account', async () => {
    const [ada, bob] = [await signedIn(), await signedIn()];
    const ran = await stage.users('end-sessions', ada.username, '--yes', '--json');
    expect([ran.code, JSON.parse(ran.output)]).toEqual([0, { stage: 'local', users: 1, failed: [], api_tokens: false }]);
    expect([await leftOf(ada), await leftOf(bob)]).toEqual([
      { sessions: 0, apiTokens: 1, epoch: 0 },
      { sessions: 2, apiTokens: 1, epoch: 0 },
    ]);
    const again = await stage.users('end-sessions', ada.email, '--api-tokens', '--yes');
    expect([again.code, again.output]).toEqual([0, `The sessions, API tokens, codes and links of ${ada.username} have ended.\n`]);
    expect(await leftOf(ada)).toEqual({ sessions: 0, apiTokens: 0, epoch: 1 });
  });

  test('ends those of all users with --all, and can be repeated', async () => {
    const users = [await signedIn(), await signedIn(), await signedIn()];
    for (const _ of [1, 2]) {
      const { code, output } = await stage.users('end-sessions', '--all', '--yes', '--json');
      expect([code, JSON.parse(output)['failed']]).toEqual([0, []]);
      expect(JSON.parse(output)['users']).toBeGreaterThanOrEqual(3);
    }
    expect(await Promise.all(users.map(leftOf))).toEqual(Array(3).fill({ sessions: 0, apiTokens: 1, epoch: 0 }));
  });

  test('asks first, and needs --yes without a terminal', async () => {
    const ada = await signedIn();
    for (const words of [[ada.username], ['--all']]) {
      const { code, complaint } = await stage.users('end-sessions', ...words);
      expect([code, complaint]).toEqual([1, expect.stringContaining('give --yes')]);
    }
    expect(await leftOf(ada)).toMatchObject({ sessions: 2 });
    const asked = async (typed: string) => await isSure({ tell: () => undefined, ask: async () => typed }, 'all users', 'prod');
    expect([await asked(' prod '), await asked('y'), await asked('')]).toEqual([true, false, false]);
  });

  test('takes either a name or --all', async () => {
    for (const words of [[], ['ada', '--all'], ['ada', 'bob'], ['--all', '--rate', '0']])
      expect((await stage.users('end-sessions', ...words, '--yes')).code, words.join(' ')).toBe(2);
    expect((await stage.users('end-sessions', 'nobody.at.all', '--yes')).code).toBe(1);
  });
});
