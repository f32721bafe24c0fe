import bcrypt from 'bcryptjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseRate, type Rate } from '#lib/rate.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import { login } from '#lib/sign-in/login.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import type { User } from '#lib/users/user.ts';
import { quietly } from '../logged.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeHouse } from '../users/made-house.ts';

const pair = { access: 'a', refresh: 'r', expiresInSeconds: 300 };
const rate = (text: string) => parseRate(text) as Rate;
const made = (given = {}) => {
  const house = madeHouse();
  const opened: Opening[] = [];
  const needs = {
    users: house.users,
    throttle: house.throttle,
    limits: { account: rate('10/15m'), address: rate('100/15m'), global: rate('1000/1m') },
    open: async (opening: Opening) => {
      opened.push(opening);
      return pair;
    },
    region: 'CN',
    passwords: madePasswords(),
    isLastLoginKept: false,
    hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, {}),
    now: house.now,
    ...given,
  };
  const enter = async (identifier: string, password: string, more = {}) =>
    await quietly(() => login(needs, { identifier, password, isRemembered: false }, { client: { ...client, ...more }, language: 'en' }));
  return { ...house, opened, enter };
};
const refused = { code: 'no_active_account', status: 401, options: {} };
afterEach(() => {
  vi.restoreAllMocks();
});

describe('somebody signs in', () => {
  test('with any of their identifiers, however it is written', async () => {
    const { enrol, enter } = made();
    const user = await enrol('hunter2!', { username: 'Zoë', email: 'Zoe@Example.com', mobile: '+8613800138000' });
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
    for (const identifier of ways) expect(await enter(identifier, 'hunter2!')).toMatchObject({ user: { id: user.id }, opened: pair });
  });

  test('and a session is opened for them and no other, as they asked', async () => {
    const { enrol, enter, opened } = made();
    const user = await enrol('hunter2!');
    await enrol('hunter2!');
    await enter(user.username, 'hunter2!');
    expect(opened).toMatchObject([{ user: { id: user.id }, client, isRemembered: false }]);
  });

  test('a millisecond after they registered', async () => {
    const { enrol, enter } = made();
    const { email } = await enrol('hunter2!');
    await expect(enter(email, 'hunter2!')).resolves.toBeDefined();
  });

  test('and the moment is kept where it is asked for', async () => {
    for (const isLastLoginKept of [true, false]) {
      const { enrol, enter, tables, now } = made({ isLastLoginKept });
      const { id, username } = await enrol('hunter2!');
      await enter(username, 'hunter2!');
      expect(tables.users.get(id)?.lastLogin).toEqual(isLastLoginKept ? now() : undefined);
    }
  });
});

describe('one answer is given', () => {
  test('to an unknown name, a wrong password, an inactive account, and a name that cannot be', async () => {
    const { enrol, enter, opened } = made();
    const { username } = await enrol('hunter2!');
    const { username: inactive } = await enrol('hunter2!', { isActive: false });
    const { username: imported } = await enrol('', { password: '!unusable' });
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
      const error = await enter(identifier, password).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject(refused);
      expect(error).toHaveProperty('options', { reason: expect.any(String) });
    }
    expect(opened).toEqual([]);
  });

  test('after the same work', async () => {
    const { enrol, enter } = made();
    const { username } = await enrol('hunter2!');
    const { username: inactive } = await enrol('hunter2!', { isActive: false });
    const hash = vi.spyOn(bcrypt, 'hash');
    for (const identifier of [username, inactive, 'nobody', '@', '']) {
      hash.mockClear();
      await enter(identifier, 'wrong').catch(() => undefined);
      expect(hash.mock.calls.map(([, salt]) => String(salt).slice(0, 7))).toEqual(['$2b$04$']);
    }
  });

  test('to the name of a fault of JavaScript', async () => {
    const { enter } = made();
    for (const identifier of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      await expect(enter(identifier, 'x')).rejects.toMatchObject(refused);
  });
});

describe('a better hash', () => {
  const dearer = madePasswords({ BCRYPT_ROUNDS: '5' });
  const hashOf = async (given: Partial<User>, password: string, more = {}) => {
    const { enrol, enter, tables } = made({ passwords: dearer, ...more });
    const user = await enrol('hunter2!', given);
    await enter(user.username, password).catch(() => undefined);
    return [user.password, tables.users.get(user.id)?.password] as const;
  };

  test('takes the place of one of another cost once the password is known', async () => {
    const [before, after] = await hashOf({}, 'hunter2!');
    expect(before).toContain('$04$');
    expect(after).toMatch(/^bcrypt_sha256\$\$2b\$05\$/);
    expect(await bcrypt.compare('nothing', after?.slice(14) ?? '')).toBe(false);
  });

  test('is not made for a wrong password, or for an inactive account', async () => {
    for (const [before, after] of [await hashOf({}, 'wrong'), await hashOf({ isActive: false }, 'hunter2!')]) expect(after).toBe(before);
  });

  test('is not what a login depends on', async () => {
    const { enrol, enter, users } = made({ passwords: dearer });
    const { username } = await enrol('hunter2!', {});
    users.upgradePassword = async () => Promise.reject(new Error('no table'));
    await expect(enter(username, 'hunter2!')).resolves.toMatchObject({ opened: pair });
  });

  test('still matches: the next login is as good as the first', async () => {
    const { enrol, enter } = made({ passwords: dearer });
    const { username } = await enrol('hunter2!', {});
    await enter(username, 'hunter2!');
    await expect(enter(username, 'hunter2!')).resolves.toMatchObject({ opened: pair });
  });
});

describe('an index that lags', () => {
  /** A house whose index still shows how somebody was before they changed. */
  const lagging = async (change: Partial<User>) => {
    const { enrol, tables, users, ...house } = made();
    const before = await enrol('hunter2!');
    const stale = { ...users, findByIdentifier: async () => before };
    tables.users.set(before.id, { ...before, ...change });
    const { enter, opened } = made({ users: stale, throttle: house.throttle });
    return { before, enter, opened };
  };

  test('lets nobody in with the password of before, and the new one at once', async () => {
    const { before, enter, opened } = await lagging({ password: await madePasswords().hash('correct horse') });
    await expect(enter(before.username, 'hunter2!')).rejects.toMatchObject(refused);
    await enter(before.username, 'correct horse');
    expect(opened).toHaveLength(1);
  });

  test('lets nobody in who was suspended since', async () => {
    const { before, enter } = await lagging({ isActive: false });
    await expect(enter(before.username, 'hunter2!')).rejects.toMatchObject(refused);
  });

  test('hands out no tokens of an epoch that is over', async () => {
    const { before, enter, opened } = await lagging({ tokenEpoch: 7 });
    await enter(before.username, 'hunter2!');
    expect(opened[0]?.user.tokenEpoch).toBe(7);
  });
});
