import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { Refusal } from '#local/refusal.ts';
import { isSure } from '../../scripts/users/delete.ts';
import { subcommands } from '../../scripts/users/subcommands.ts';
import { card, table } from '../../scripts/users/table.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from './local-stage.ts';

let stage: Awaited<ReturnType<typeof startLocalStage>>;
const usersOf = () => dynamoUserStore(localTables, stage.client);
beforeAll(async () => {
  stage = await startLocalStage();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', stage.endpoint);
}, 60_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.stop();
});

async function added(given: Partial<User> = {}): Promise<User> {
  const user = madeUser(given);
  await usersOf().add(user, namesOf(user), registered(user));
  return user;
}

/** The output of a command, or its refusal. */
async function run(name: string, ...parameters: readonly string[]): Promise<string> {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const command = await subcommands[name]?.load();
    await command?.run(parameters);
    return printed.mock.calls.flat().join('\n');
  } finally {
    printed.mockRestore();
  }
}
const refused = async (...words: readonly [string, ...string[]]) => {
  const error = await run(...words).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
};

describe('a user', () => {
  test('is found by any identifier and by the id', async () => {
    const user = await added({ roles: ['staff'], attributes: { nickname: 'Ada' }, name: '李 雷' });
    for (const name of [user.username.toUpperCase(), user.email, user.mobile ?? '', user.id, `id:${user.id}`])
      expect(JSON.parse(await run('show', name, '--json')), name).toMatchObject({ id: user.id, username: user.username, roles: ['staff'] });
    expect((await refused('show', 'nobody.at.all')).message).toBe('No user of this stage is called "nobody.at.all", or has that id.');
    expect((await refused('show', `id:${user.username}`)).message).toContain('No user');
  });

  test('is not confused with a user whose name is their id', async () => {
    const [one, other] = [await added({ id: 'ambiguous' }), await added({ username: 'ambiguous' })];
    expect((await refused('show', 'ambiguous')).message).toContain('is the id of');
    expect(JSON.parse(await run('show', 'id:ambiguous', '--json'))).toMatchObject({ username: one.username });
    expect(JSON.parse(await run('show', other.email, '--json'))).toMatchObject({ id: other.id });
  });

  test('is shown without the password and without terminal control characters', async () => {
    const user = await added({
      name: 'Eve\u001b]0;title\u0007\u202e',
      suspension: { at: new Date(0), reason: 'spam', by: 'u1' },
      isActive: false,
    });
    const [text, json] = [await run('show', user.id), await run('show', user.id, '--json')];
    expect(text).toContain('Eve\ufffd]0;title\ufffd\ufffd');
    expect(text).toContain('on 1970-01-01 00:00 UTC by u1: spam');
    expect(text).toMatch(/^password +bcrypt_sha256$/m);
    for (const each of [text, json]) expect(each).not.toContain('nobodyknows');
    expect(JSON.parse(json)).toMatchObject({ has_password: true, is_active: false });
  });

  test('is suspended with a reason and an end, and reinstated', async () => {
    const { id, username } = await added();
    expect(await run('suspend', username, '--reason', 'spam', '--until', '2099-12-31')).toContain('suspended until 2099-12-31 00:00 UTC');
    const until = new Date('2099-12-31');
    expect(await usersOf().get(id)).toMatchObject({ isActive: false, suspension: { reason: 'spam', until, by: undefined }, tokenEpoch: 1 });
    expect(JSON.parse(await run('suspend', username, '--until', '30d', '--json'))).toMatchObject({
      is_active: false,
      suspension: { reason: null },
    });
    expect(await run('reinstate', username)).toBe(`${username} may sign in.`);
    expect(await usersOf().get(id)).toMatchObject({ isActive: true, suspension: undefined });

    const { message, exitCode } = await refused('suspend', username, '--until', '2020-01-01');
    expect([message, exitCode]).toEqual(['until: The time must be in the future.', 1]);
    for (const until of ['soon', '2026-13-01', '2026-12-31T12:00'])
      expect((await refused('suspend', username, '--until', until)).exitCode).toBe(2);
    expect((await refused('suspend', username, '--reason', 'x'.repeat(501))).exitCode).toBe(2);
    expect(await usersOf().get(id)).toMatchObject({ isActive: true });
  });

  test('gets and loses roles, both repeatable', async () => {
    const { id, username } = await added({ roles: ['old', 'kept'] });
    for (let time = 0; time < 2; time += 1)
      expect(await run('role', username, '--add', 'staff', '--add', '编辑', '--remove', 'old', '--remove', 'never')).toBe(
        `${username} has the roles kept, staff, 编辑 now.`,
      );
    expect(await usersOf().get(id)).toMatchObject({ roles: ['kept', 'staff', '编辑'], version: 2 });
    expect((await refused('role', username)).exitCode).toBe(2);
    expect((await refused('role', username, '--add', 'x', '--remove', 'x')).exitCode).toBe(2);
    for (const wrong of ['--add', '--remove'])
      expect((await refused('role', username, wrong, 'x'.repeat(65))).message).toContain('roles: ');
    expect(
      (await refused('role', username, ...Array.from({ length: 9 }, (_, index) => ['--add', `${index}${'x'.repeat(60)}`]).flat())).message,
    ).toContain('roles: ');
    expect(await run('role', username, '--remove', 'kept', '--remove', 'staff', '--remove', '编辑')).toBe(`${username} has no roles now.`);
  });

  test('keeps every role of ten that are given at once', async () => {
    const { id, username } = await added();
    const given = Array.from({ length: 10 }, (_, index) => `role ${index}`);
    const load = (await subcommands['role']?.load()) ?? { run: async () => {} };
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const outcomes = await Promise.allSettled(given.map((role) => load.run([username, '--add', role])));
    const done = given.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expect(done.length).toBeGreaterThan(0);
    expect((await usersOf().get(id))?.roles.toSorted()).toEqual(done);
  });

  test('is deleted after a confirmation, and the name can be taken', async () => {
    const user = await added();
    expect((await refused('delete', user.username)).message).toContain('give --yes');
    expect(await usersOf().get(user.id)).toBeDefined();
    const told: string[] = [];
    const asked = (typed: string) => isSure({ tell: (line) => told.push(line), ask: async () => typed }, user, 'prod');
    expect([await asked('y'), await asked(user.username)]).toEqual([false, true]);
    expect(told[0]).toBe(`${user.username} (${user.email}, id ${user.id}) of the stage prod will be deleted for ever.`);

    expect(await run('delete', user.username, '--yes')).toBe(`${user.username} was deleted.`);
    expect(await usersOf().get(user.id)).toBeUndefined();
    await refused('delete', user.username, '--yes');
    expect((await added({ username: user.username })).username).toBe(user.username);
  });
});

describe('a list', () => {
  beforeAll(async () => {
    for (let number = 0; number < 5; number += 1)
      await added({
        username: `listed.${number}`,
        name: `李 ${number}`,
        mobile: `+861391111222${number}`,
        dateJoined: new Date(Date.UTC(2100, 0, 1 + number)),
        roles: number < 2 ? ['listed'] : [],
        ...(number === 4 && { isActive: false, suspension: { at: new Date(0) } }),
      });
  });
  const names = async (...parameters: readonly string[]) =>
    JSON.parse(await run('list', ...parameters, '--json')).users.map(({ username }: User) => username);

  test('is of the newest first, or by role, state and the beginning of a name', async () => {
    expect(await names('--limit', '3')).toEqual(['listed.4', 'listed.3', 'listed.2']);
    expect(await names('--role', 'listed')).toEqual(['listed.1', 'listed.0']);
    expect((await names('--state', 'suspended')).at(0)).toBe('listed.4');
    const all = ['listed.0', 'listed.1', 'listed.2', 'listed.3', 'listed.4'];
    expect(await names('--username', 'LISTED')).toEqual(all);
    expect(await names('--name', '李')).toEqual(expect.arrayContaining(all));
    expect(await names('--mobile', '+8613911112')).toEqual(all);
    expect(await names('--role', 'nobody has it')).toEqual([]);
  });

  test('goes over several pages, and says whether there are more', async () => {
    await Promise.all(Array.from({ length: 101 }, () => added({ roles: ['many'] })));
    expect(JSON.parse(await run('list', '--role', 'many', '--limit', '100', '--json'))).toMatchObject({
      more: true,
      users: { length: 100 },
    });
    expect(JSON.parse(await run('list', '--role', 'many', '--limit', '500', '--json'))).toMatchObject({
      more: false,
      users: { length: 101 },
    });
    expect(await run('list', '--role', 'many', '--limit', '2')).toContain('There are more: raise --limit.');
  });

  test('is a table for people, without a hash for programs either, and refuses what has no index', async () => {
    const lines = (await run('list', '--username', 'listed', '--limit', '9')).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^username +name +e-mail/);
    expect(lines[5]).toMatch(/^listed.4 +李 4 .* suspended /);
    expect(await run('list', '--role', 'listed', '--json')).not.toContain('nobodyknows');
    expect(await run('list', '--role', 'nobody has it')).toBe('Nobody.');
    expect((await refused('list', '--username', 'l')).message).toMatch(/^--username: /);
    expect((await refused('list', '--state', 'asleep')).message).toMatch(/^--state: /);
    expect((await refused('list', '--role', 'a', '--state', 'active')).exitCode).toBe(2);
    expect((await refused('list', '--limit', '0')).exitCode).toBe(2);
  });
});

test('a table has columns as wide as what is in them, Chinese letters being twice as wide', () => {
  expect(
    table(
      ['name', 'id'],
      [
        ['李雷', '1'],
        ['Zoe\u0308', '2'],
        ['Ada L', '3'],
      ],
    ),
  ).toEqual(['name   id', '李雷   1', 'Zoe\u0308    2', 'Ada L  3']);
  expect(
    card([
      ['id', '1'],
      ['longer', 'a\nb'],
    ]),
  ).toEqual(['id      1', 'longer  a\ufffdb']);
});
