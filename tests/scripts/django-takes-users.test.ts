import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { preferring } from '../lib/passwords/made-passwords.ts';
import { madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import { localTables, startLocalStage } from './local-stage.ts';

const python = process.env['DJANGO_PYTHON'] ?? '/usr/bin/python3';
const program = fileURLToPath(new URL('../django/load-users.py', import.meta.url));
const version = (() => {
  try {
    return execFileSync(python, ['-c', 'import bcrypt, argon2, django; print(django.get_version())'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return undefined; // neither Python nor Django need be here
  }
})();

type Vector = { readonly made_by: string; readonly algorithm: string; readonly password: string; readonly encoded: string };
const vectors: Vector[] = JSON.parse(readFileSync(new URL('../fixtures/django-hashes.json', import.meta.url), 'utf8'));
const password = 'correct horse battery staple';
/** scrypt came with Django 4, and what has no salt, or SHA-1 alone, went with 5.1. */
const isKnown = (algorithm: string) => {
  const number = Number.parseFloat(version ?? '');
  return algorithm === 'scrypt' ? number >= 4 : number < 5.1 || !['sha1', 'unsalted_sha1', 'unsalted_md5'].includes(algorithm);
};

describe.runIf(version)(`Django ${version}`, () => {
  let stage: Awaited<ReturnType<typeof startLocalStage>>;
  let people: Record<string, User>;
  beforeAll(async () => {
    stage = await startLocalStage();
    const hashed = vectors.filter((vector) => vector.password === password && isKnown(vector.algorithm));
    const day = (number: number) => ({ dateJoined: new Date(Date.UTC(2024, 0, number)) });
    people = Object.fromEntries([
      ...hashed.map(({ algorithm, encoded }, index) => [
        algorithm,
        madeUser({ id: String(index + 40), username: algorithm, password: encoded, ...day(20) }),
      ]),
      ['ours', madeUser({ username: 'ours', name: '李 雷', password: await preferring('bcrypt_sha256').hash(password), ...day(2) })],
      [
        'staff',
        madeUser({
          username: 'staffer',
          roles: ['staff', 'editors', '编辑'],
          isSuperuser: true,
          password: await preferring('argon2').hash(password),
          ...day(1),
          lastLogin: new Date(Date.UTC(2025, 0, 1)),
        }),
      ],
      [
        'out',
        madeUser({
          username: 'out',
          mobile: undefined,
          password: '!unusable',
          isActive: false,
          suspension: { at: new Date() },
          ...day(3),
          attributes: { nickname: 'Ada' },
        }),
      ],
    ]);
    const store = dynamoUserStore(localTables, stage.client);
    await Promise.all(Object.values(people).map((user) => store.add(user, namesOf(user), registered(user))));
  }, 60_000);
  afterAll(() => stage.stop());

  const takes = (file: string, model: string) => {
    const input = JSON.stringify(Object.fromEntries(Object.values(people).map(({ username }) => [username, password])));
    return JSON.parse(execFileSync(python, ['-B', program, file, model], { input, encoding: 'utf8' }));
  };
  const exported = async (name: string, ...more: readonly string[]) => {
    const file = join(stage.folder, name);
    const { code, complaint } = await stage.users('export', file, '--format', 'django', '--unsealed', ...more);
    expect([code, complaint]).toEqual([0, expect.stringMatching(/^The password hashes are not sealed.*\n$/)]);
    return file;
  };

  test('takes them with loaddata, and agrees on every password', async () => {
    const file = await exported('users.json');
    const { users, editors_may } = takes(file, 'auth.user');
    const byName = new Map<string, Record<string, unknown>>(users.map((user: { username: string }) => [user.username, user]));
    const { ours, staff, out, ...hashed } = people;
    for (const [algorithm, user] of Object.entries(hashed))
      expect(byName.get(algorithm), algorithm).toMatchObject({ pk: Number(user.id), right: true, wrong: false, email: user.email });
    expect(byName.get('ours')).toMatchObject({
      full_name: '李 雷',
      right: true,
      wrong: false,
      is_active: true,
      is_staff: false,
      groups: [],
    });
    expect(byName.get('staffer')).toMatchObject({
      right: true,
      is_staff: true,
      is_superuser: true,
      groups: ['editors', '编辑'],
      last_login: '2025-01-01T00:00:00+00:00',
    });
    expect(byName.get('out')).toMatchObject({
      is_active: false,
      usable: false,
      right: false,
      wrong: false,
      date_joined: '2024-01-03T00:00:00+00:00',
    });
    expect(editors_may).toBe(2);

    const first = 40 + Object.keys(hashed).length;
    const keys = JSON.parse(readFileSync(`${file}.ids.json`, 'utf8'));
    expect(keys).toEqual({ [staff?.id ?? '']: first, [ours?.id ?? '']: first + 1, [out?.id ?? '']: first + 2 });
    expect(byName.get('ours')).toMatchObject({ pk: first + 1 });
    for (const each of [file, `${file}.ids.json`]) expect((statSync(each).mode & 0o777).toString(8)).toBe('600');
  });

  test('takes them into a project’s own model, ids as they are', async () => {
    const fields = ['username=login,mobile=phone', 'attributes.nickname=nickname', 'name=', 'date_joined='];
    const file = await exported('own.json', '--model', 'accounts.user', ...fields.flatMap((field) => ['--map', field]));
    const { users } = takes(file, 'accounts.user');
    const byKey = new Map<string, Record<string, unknown>>(users.map((user: { pk: string }) => [user.pk, user]));
    expect(users).toHaveLength(Object.keys(people).length);
    for (const user of Object.values(people))
      expect(byKey.get(user.id)).toMatchObject({ username: user.username, phone: user.mobile ?? null });
    expect(byKey.get(people['ours']?.id ?? '')).toMatchObject({ right: true, wrong: false, nickname: 'nobody' });
    expect(byKey.get(people['out']?.id ?? '')).toMatchObject({ nickname: 'Ada' });
  });

  test('has room for numbers of its own below the first of ours', async () => {
    const file = await exported('later.json', '--first-pk', '9000');
    expect(Object.values(JSON.parse(readFileSync(`${file}.ids.json`, 'utf8')))).toEqual([9000, 9001, 9002]);
  });
});
