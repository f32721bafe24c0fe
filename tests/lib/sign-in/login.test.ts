import bcrypt from 'bcryptjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseRate, type Rate } from '#lib/rate.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import { login } from '#lib/sign-in/login.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import type { User } from '#lib/users/user.ts';
import { quietly } from '../logged.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeService } from '../users/made-service.ts';

const pair = { access: 'a', refresh: 'r', expiresInSeconds: 300 };
const rate = (text: string) => parseRate(text) as Rate;
const made = (given = {}) => {
  const service = madeService();
  const opened: Opening[] = [];
  const needs = {
    users: service.users,
    throttle: service.throttle,
    recordFailure: service.recordFailure,
    limits: { account: rate('10/15m'), address: rate('100/15m'), global: rate('1000/1m') },
    open: async (opening: Opening) => {
      opened.push(opening);
      return pair;
    },
    region: 'CN',
    passwords: madePasswords(),
    isLastLoginKept: false,
    hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, {}),
    now: service.now,
    ...given,
  };
  const logIn = async (identifier: string, password: string, more = {}) =>
    await quietly(() => login(needs, { identifier, password, isRemembered: false }, { client: { ...client, ...more }, language: 'en' }));
  return { ...service, opened, logIn };
};
const refused = { code: 'no_active_account', status: 401, options: {} };
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a user signs in', () => {
  test('with any identifier, in every spelling', async () => {
    const { addUser, logIn } = made();
    const user = await addUser('hunter2!', { username: 'Zoë', email: 'Zoe@Example.com', mobile: '+8613800138000' });
    const ways = [
      'Zoë',
      'ZOË',
      ' zoe\u0308 ',
      'ｚoë',
      'zoe@example.com',
      'ZOE@EXAMPLE.COM',
      '13800138000',
      '+86 138 0013 8000',
      '008613800138000',
    ];
    for (const identifier of ways) expect(await logIn(identifier, 'hunter2!')).toMatchObject({ user: { id: user.id }, opened: pair });
  });

  test('and gets a session as the request asks for it', async () => {
    const { addUser, logIn, opened } = made();
    const user = await addUser('hunter2!');
    await addUser('hunter2!');
    await logIn(user.username, 'hunter2!');
    expect(opened).toMatchObject([{ user: { id: user.id }, client, isRemembered: false }]);
  });

  test('a millisecond after the registration', async () => {
    const { addUser, logIn } = made();
    const { email } = await addUser('hunter2!');
    await expect(logIn(email, 'hunter2!')).resolves.toBeDefined();
  });

  test('and the time is stored if UPDATE_LAST_LOGIN is on', async () => {
    for (const isLastLoginKept of [true, false]) {
      const { addUser, logIn, tables, now } = made({ isLastLoginKept });
      const { id, username } = await addUser('hunter2!');
      await logIn(username, 'hunter2!');
      expect(tables.users.get(id)?.lastLogin).toEqual(isLastLoginKept ? now() : undefined);
    }
  });
});

describe('the same refusal is given', () => {
  test('to an unknown identifier, a wrong password, an inactive account and an invalid identifier', async () => {
    const { addUser, logIn, opened } = made();
    const { username } = await addUser('hunter2!');
    const { username: inactive } = await addUser('hunter2!', { isActive: false });
    const { username: imported } = await addUser('', { password: '!unusable' });
    const tries = [
      ['nobody', 'hunter2!'],
      [username, 'hunter3!'],
      [username, ''],
      [inactive, 'hunter2!'],
      [inactive, 'wrong'],
      [imported, '!unusable'],
      ['\0', 'x'],
      ['@', 'x'],
    ];
    for (const [identifier = '', password = ''] of tries) {
      const error = await logIn(identifier, password).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(refused);
      expect(error).toHaveProperty('options', { reason: expect.any(String) });
    }
    expect(opened).toEqual([]);
  });

  test('after the same work in every case', async () => {
    const { addUser, logIn } = made();
    const { username } = await addUser('hunter2!');
    const { username: inactive } = await addUser('hunter2!', { isActive: false });
    const hash = vi.spyOn(bcrypt, 'hash');
    for (const identifier of [username, inactive, 'nobody', '@', '']) {
      hash.mockClear();
      await logIn(identifier, 'wrong').catch(() => undefined);
      expect(hash.mock.calls.map(([, salt]) => String(salt).slice(0, 7))).toEqual(['$2b$04$']);
    }
  });

  test('to identifiers such as __proto__', async () => {
    const { logIn } = made();
    for (const identifier of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      await expect(logIn(identifier, 'x')).rejects.toMatchObject(refused);
  });
});

describe('a better hash', () => {
  const dearer = madePasswords({ BCRYPT_ROUNDS: '5' });
  const hashOf = async (given: Partial<User>, password: string, more = {}) => {
    const { addUser, logIn, tables } = made({ passwords: dearer, ...more });
    const user = await addUser('hunter2!', given);
    await logIn(user.username, password).catch(() => undefined);
    return [user.password, tables.users.get(user.id)?.password] as const;
  };

  test('replaces a hash of another cost after a right password', async () => {
    const [before, after] = await hashOf({}, 'hunter2!');
    expect(before).toContain('$04$');
    expect(after).toMatch(/^bcrypt_sha256\$\$2b\$05\$/);
    expect(await bcrypt.compare('nothing', after?.slice(14) ?? '')).toBe(false);
  });

  test('is not made after a wrong password or for an inactive account', async () => {
    for (const [before, after] of [await hashOf({}, 'wrong'), await hashOf({ isActive: false }, 'hunter2!')]) expect(after).toBe(before);
  });

  test('does not fail the login if it cannot be stored', async () => {
    const { addUser, logIn, users } = made({ passwords: dearer });
    const { username } = await addUser('hunter2!', {});
    users.upgradePassword = async () => Promise.reject(new Error('no table'));
    await expect(logIn(username, 'hunter2!')).resolves.toMatchObject({ opened: pair });
  });

  test('matches at the next login', async () => {
    const { addUser, logIn } = made({ passwords: dearer });
    const { username } = await addUser('hunter2!', {});
    await logIn(username, 'hunter2!');
    await expect(logIn(username, 'hunter2!')).resolves.toMatchObject({ opened: pair });
  });
});

describe('a login while the index lags behind the table', () => {
  /** A service whose index still shows how somebody was before they changed. */
  const lagging = async (change: Partial<User>) => {
    const { addUser, tables, users, ...service } = made();
    const before = await addUser('hunter2!');
    const stale = { ...users, findByIdentifier: async () => before };
    tables.users.set(before.id, { ...before, ...change });
    const { logIn, opened } = made({ users: stale, throttle: service.throttle });
    return { before, logIn, opened };
  };

  test('refuses the old password and takes the new one', async () => {
    const { before, logIn, opened } = await lagging({ password: await madePasswords().hash('correct horse') });
    await expect(logIn(before.username, 'hunter2!')).rejects.toMatchObject(refused);
    await logIn(before.username, 'correct horse');
    expect(opened).toHaveLength(1);
  });

  test('refuses a user who has been suspended', async () => {
    const { before, logIn } = await lagging({ isActive: false });
    await expect(logIn(before.username, 'hunter2!')).rejects.toMatchObject(refused);
  });

  test('issues tokens of the current epoch', async () => {
    const { before, logIn, opened } = await lagging({ tokenEpoch: 7 });
    await logIn(before.username, 'hunter2!');
    expect(opened[0]?.user.tokenEpoch).toBe(7);
  });
});
