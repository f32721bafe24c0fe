import { join } from 'node:path';
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from './local-stage.ts';

let stage: Awaited<ReturnType<typeof startLocalStage>>;
beforeAll(async () => {
  stage = await startLocalStage();
}, 60_000);
afterAll(() => stage.stop());

const set = async (id: string, attribute: string, value: unknown) =>
  await stage.client.send(
    new UpdateCommand({
      TableName: localTables.USERS_TABLE,
      Key: { id },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': attribute },
      ExpressionAttributeValues: { ':value': value },
    }),
  );

test('compares a stage with its export field by field, lists missing and new users, and never shows a value', async () => {
  const store = dynamoUserStore(localTables, stage.client);
  const people = Array.from({ length: 30 }, (_, index) =>
    madeUser({
      attributes: { b: { y: 1, x: 2 }, a: index },
      ...(index === 7 && { isActive: false, suspension: { at: new Date(0), until: new Date(9e12) } }),
    }),
  );
  const add = async (user = madeUser()) => await store.add(user, namesOf(user), registered(user));
  await Promise.all(people.slice(0, 29).map(add));
  const file = join(stage.folder, 'all.jsonl');
  expect((await stage.users('export', file, '--unsealed')).code).toBe(0);

  for (const { id } of people.slice(0, 5)) await set(id, 'token_epoch', 17);
  expect(await stage.users('compare', file)).toEqual({ code: 0, output: 'All 29 users exist and are equal.\n', complaint: '' });

  const [first, second, third, fourth] = people.map(({ id }) => id);
  await set(first ?? '', 'password', 'a new hash');
  await set(first ?? '', 'roles', ['staff']);
  await set(second ?? '', 'x_b', { y: 1, x: 3 });
  await set(people[7]?.id ?? '', 'suspended_until', '2099-01-01T00:00:00.000Z');
  await set(third ?? '', 'id2', 'of no field');
  await add(people[29]);
  const { code, output } = await stage.users('compare', file, '--json');
  const { differences, ...rest } = JSON.parse(output);
  expect([code, rest]).toEqual([1, { stage: 'local', file, users: 29, same: false }]);
  expect(new Map(differences.map(({ id, differs }: { id: string; differs: unknown }) => [id, differs]))).toEqual(
    new Map<string | undefined, unknown>([
      [first, ['password', 'roles']],
      [second, ['attributes']],
      [people[7]?.id, ['suspension']],
      [people[29]?.id, 'beside'],
    ]),
  );
  expect(output).not.toContain('a new hash');
  const broken = join(stage.folder, 'broken.jsonl');
  const odd = madeUser({ id: 'no path/segment' });
  await add(odd);
  await stage.users('export', broken, '--unsealed');
  await stage.client.send(new DeleteCommand({ TableName: localTables.USERS_TABLE, Key: { id: odd.id } }));
  const unreadable = await stage.users('compare', broken);
  expect([unreadable.code, unreadable.output]).toEqual([
    1,
    expect.stringMatching(/^Line \d+ of the file is no user that can be compared.\n1 differ/),
  ]);

  const text = (await stage.users('compare', file)).output;
  for (const line of [`${first} differs in password, roles.`, `${people[29]?.id} is not in the file.`, '4 differ; the file has 29 users.'])
    expect(text).toContain(line);
  expect(text).not.toContain(`${fourth}`);
});
