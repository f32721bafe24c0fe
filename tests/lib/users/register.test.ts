import { randomInt } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { Problem } from '#lib/problem.ts';
import { parseRate, type Rate } from '#lib/rate.ts';
import type { Registration } from '#lib/users/profile-form.ts';
import { register } from '#lib/users/register.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeService } from './made-service.ts';
import { madeUser, namesOf } from './made-user.ts';

const rate = (text: string) => parseRate(text) as Rate;
const made = (limits = { address: '1000/1h', global: '1000/1h' }) => {
  const service = madeService();
  const needs = {
    users: service.users,
    throttle: service.throttle,
    limits: { address: rate(limits.address), global: rate(limits.global) },
    isCommonPassword: (password: string) => password === 'password',
    region: 'CN',
    reservedUsernames: new Set(['admin', 'root']),
    pickBelow: (limit: number) => randomInt(limit),
    passwordMinLength: 8,
    passwords: madePasswords(),
    now: service.now,
  };
  const join = async (given: Partial<Registration> = {}) => await register(needs, form(given), client);
  return { ...service, needs, join };
};
const form = (given: Partial<Registration> = {}): Registration => {
  const { username, email } = madeUser();
  const password = given.password ?? 'kT7#qz!mLp0v';
  return { name: 'Ann Belle', username, email, password, password_confirmation: password, ...given };
};
const outcomeOf = async (joining: Promise<unknown>) =>
  await joining.then(
    () => 'added',
    ({ code, options }) => ({
      code,
      errors: Object.fromEntries(
        Object.entries(options.errors ?? {}).map(([field, list]) => [field, (list as { phrase: string }[])[0]?.phrase]),
      ),
    }),
  );
const invalid = (errors: Record<string, string>) => ({ code: 'validation_failed', errors });

describe('a registration', () => {
  test('adds the user, reserves the identifiers, and writes the event', async () => {
    const { join, tables, users, now } = made();
    const user = await join({ username: 'Zoë', email: 'Zoe@Example.com', mobile: '138 0013 8000' });
    expect(user).toMatchObject({
      username: 'Zoë',
      name: 'Ann Belle',
      email: 'Zoe@Example.com',
      mobile: '+8613800138000',
      dateJoined: now(),
    });
    for (const name of namesOf(user)) expect(await users.findByIdentifier(name)).toMatchObject({ id: user.id });
    expect([...tables.identifiers.keys()]).toEqual(['zoë', 'zoe@example.com', '+8613800138000']);
    expect(tables.events).toMatchObject([{ type: 'user_registered', userId: user.id }]);
  });

  test('refuses a password from a breach with the field, and adds no user', async () => {
    const { needs, tables } = made();
    const breaches = { has: async (password: string) => password === 'a leaked sentence' };
    const join = async (password: string) => await outcomeOf(register({ ...needs, breaches }, form({ password }), client));
    expect([await join('a leaked sentence'), tables.users.size]).toEqual([invalid({ password: 'password_breached' }), 0]);
    expect([await join('a quiet sentence'), tables.users.size]).toEqual(['added', 1]);
  });

  test('gives no role or flag, whatever else the request contains', async () => {
    const { join } = made();
    const odd = {
      is_superuser: true,
      isSuperuser: true,
      roles: ['admin'],
      id: 'mine',
      tokenEpoch: 9,
      isActive: false,
      password_hash: 'x',
      isEmailVerified: true,
    };
    const user = await join(odd as Partial<Registration>);
    expect(user).toMatchObject({
      isSuperuser: false,
      roles: [],
      tokenEpoch: 0,
      isActive: true,
      isEmailVerified: false,
      isMobileVerified: false,
    });
    expect(user.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('without a username uses the name as username', async () => {
    const { join, tables } = made();
    expect(await join({ name: 'Ａnnabelle', username: undefined })).toMatchObject({ name: 'Ａnnabelle', username: 'Annabelle' });
    expect(tables.identifiers.has('annabelle')).toBe(true);
  });

  test('without a username makes one from a name that cannot be one, and keeps the name as it is', async () => {
    const { join, tables } = made();
    expect(await join({ name: 'Ada Lovelace', username: undefined })).toMatchObject({ name: 'Ada Lovelace', username: 'Ada.Lovelace' });
    expect(tables.identifiers.has('ada.lovelace')).toBe(true);
  });

  test('gives each of fifty people of one name a username of their own', async () => {
    const { join, tables } = made();
    const users = await Promise.all(Array.from({ length: 50 }, () => join({ name: 'Ada Lovelace', username: undefined })));
    const usernames = new Set(users.map(({ username }) => username));
    expect([usernames.size, tables.users.size, tables.identifiers.size, tables.events.length]).toEqual([50, 50, 100, 50]);
    for (const username of usernames) expect(username).toMatch(/^Ada\.Lovelace\d*$/);
  });

  test('tries other digits if the made username is taken, each with an event of its own', async () => {
    const { join, needs, users } = made();
    const tried: unknown[] = [];
    needs.users = {
      ...users,
      add: async (user, names, event) => {
        tried.push([user.username, names[0]?.value, event.userId === user.id, event.id]);
        return tried.length < 3 ? { taken: ['username'] } : 'added';
      },
    };
    needs.pickBelow = () => tried.length;
    expect(await join({ name: 'Ada Lovelace', username: undefined })).toMatchObject({ username: 'Ada.Lovelace0002' });
    const usernames = ['Ada.Lovelace', 'Ada.Lovelace0001', 'Ada.Lovelace0002'];
    expect(tried).toEqual(usernames.map((username) => [username, username.toLowerCase(), true, expect.any(String)]));
    expect(new Set(tried.map((each) => (each as unknown[])[3])).size).toBe(3);
  });

  test('answers that it is busy if every made username is taken, and not that it is taken', async () => {
    const { join, needs, users } = made();
    needs.users = { ...users, add: async () => ({ taken: ['username'] }) };
    await expect(join({ name: 'Ada Lovelace', username: undefined })).rejects.toMatchObject({ code: 'unavailable' });
    needs.users = { ...users, add: async () => ({ taken: ['username', 'email'] }) };
    expect(await outcomeOf(join({ name: 'Ada Lovelace', username: undefined }))).toEqual({
      code: 'identifier_taken',
      errors: { email: 'email_taken' },
    });
  });

  test('works without a mobile number, for any number of users', async () => {
    const { join } = made();
    for (let time = 0; time < 2; time += 1) expect((await join()).mobile).toBeUndefined();
  });

  test('stores the attributes of the form', async () => {
    const { join } = made();
    expect((await join({ attributes: { shop: 'A', team: null } })).attributes).toEqual({ shop: 'A' });
    expect((await join()).attributes).toEqual({});
  });

  test('stores the password as a hash', async () => {
    const { join } = made();
    expect((await join()).password).toMatch(/^bcrypt_sha256\$\$2b\$04\$/);
  });
});

describe('a refused registration names the invalid field', () => {
  test.for<[Partial<Registration>, Record<string, string>]>([
    [{ username: 'a' }, { username: 'invalid_username' }],
    [{ username: '13800138000' }, { username: 'invalid_username' }],
    [{ username: 'a@example.com' }, { username: 'invalid_username' }],
    [{ username: 'admin' }, { username: 'reserved_username' }],
    [{ username: 'ＡDMIN' }, { username: 'reserved_username' }],
    [{ username: undefined, name: 'Root' }, { name: 'reserved_username' }],
    [{ email: 'ann' }, { email: 'invalid_email' }],
    [{ email: 'josé@example.com' }, { email: 'email_not_ascii' }],
    [{ mobile: '12' }, { mobile: 'invalid_mobile' }],
    [{ mobile: '+1 000' }, { mobile: 'invalid_mobile' }],
    [{ password: 'short', password_confirmation: 'short' }, { password: 'password_too_short' }],
    [{ password: 'x'.repeat(257) }, { password: 'password_too_long' }],
    [{ password: 'password' }, { password: 'password_too_common' }],
    [{ username: 'annabelle', password: 'AnnaBelle' }, { password: 'password_is_identifier' }],
    [{ email: 'annabelle@example.com', password: 'annabelle' }, { password: 'password_is_identifier' }],
    [{ mobile: '13800138000', password: '+8613800138000' }, { password: 'password_is_identifier' }],
    [{ password_confirmation: 'kT7#qz!mLp0V' }, { password_confirmation: 'password_mismatch' }],
  ])('%j', async ([given, errors]) => {
    const { join, tables } = made();
    expect(await outcomeOf(join(given))).toEqual(invalid(errors));
    expect([tables.users.size, tables.identifiers.size, tables.events.length]).toEqual([0, 0, 0]);
  });

  test('if the password is the mobile number as it was typed', async () => {
    expect(await outcomeOf(made().join({ mobile: '13800138000', password: '13800138000' }))).toEqual(
      invalid({ password: 'password_is_identifier' }),
    );
  });

  test('and every invalid field at once', async () => {
    const wrong = { username: 'a', email: 'b', mobile: 'c', password: 'd', password_confirmation: 'e' };
    const { errors } = (await outcomeOf(made().join(wrong))) as { errors: object };
    expect(Object.keys(errors)).toEqual(['username', 'email', 'mobile', 'password', 'password_confirmation']);
  });
});

describe('an identifier that another user has', () => {
  test.for(['username', 'email', 'mobile'] as const)('is refused for the %s', async (field) => {
    const { join } = made();
    const first = { username: 'Zoë', email: 'zoe@example.com', mobile: '13800138000' };
    await join(first);
    const written = { username: 'ZOE\u0308', email: 'ZOE@example.com', mobile: '+86 13800138000' };
    expect(await outcomeOf(join({ [field]: written[field] }))).toEqual({ code: 'identifier_taken', errors: { [field]: `${field}_taken` } });
    expect(await outcomeOf(join({ ...written }))).toMatchObject({
      errors: { username: 'username_taken', email: 'email_taken', mobile: 'mobile_taken' },
    });
  });

  test('is refused if it was given as the name', async () => {
    const { join } = made();
    await join({ username: 'annabelle' });
    expect(await outcomeOf(join({ username: undefined, name: 'Annabelle' }))).toEqual({
      code: 'identifier_taken',
      errors: { name: 'username_taken' },
    });
  });

  test('goes to one of fifty registrations at once', async () => {
    const { join, tables } = made();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(join({ username: 'annabelle' }))));
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
    expect([tables.users.size, tables.identifiers.size, tables.events.length]).toEqual([1, 2, 1]);
  });
});

describe('registrations', () => {
  test('are limited per address and in total', async () => {
    const byAddress = made({ address: '2/1h', global: '1000/1h' });
    for (const expected of ['added', 'added', { code: 'throttled', errors: {} }])
      expect(await outcomeOf(byAddress.join())).toEqual(expected);
    const inAll = made({ address: '1000/1h', global: '1/1h' });
    for (const expected of ['added', { code: 'throttled', errors: {} }]) expect(await outcomeOf(inAll.join())).toEqual(expected);
  });

  test('that always collide with other writes answer 503', async () => {
    const { join, needs } = made();
    needs.users = { ...needs.users, add: async () => 'busy' };
    await expect(join()).rejects.toMatchObject({ code: 'unavailable', options: { retryAfterSeconds: 1 } });
  });

  test('that fail because of a fault of the service are not counted', async () => {
    const { join, needs } = made({ address: '2/1h', global: '1000/1h' });
    const { add } = needs.users;
    needs.users.add = async () => Promise.reject(new Error('no table'));
    for (let time = 0; time < 3; time += 1) await join().catch(() => undefined);
    needs.users.add = add;
    expect(await outcomeOf(join())).toBe('added');
  });
});

describe('the human check of a registration', () => {
  const asking = (checkHuman: (proof: object) => Promise<void>) => {
    const service = made();
    const hash = vi.fn(service.needs.passwords.hash);
    const needs = { ...service.needs, passwords: { hash }, checkHuman };
    return { hash, join: async (given: Partial<Registration> = {}) => await register(needs, form(given), client) };
  };

  test('comes before the hash, with the proof of the form', async () => {
    const seen: unknown[] = [];
    const { hash, join } = asking(async (proof) => {
      seen.push(proof);
      throw new Problem('human_check_failed');
    });
    await expect(join({ captcha_id: 'an id', captcha_text: 'AWX37' })).rejects.toMatchObject({ code: 'human_check_failed' });
    expect(seen).toMatchObject([{ captcha_id: 'an id', captcha_text: 'AWX37' }]);
    expect(hash).not.toHaveBeenCalled();
  });

  test('is not spent on an invalid form', async () => {
    const check = vi.fn(async () => undefined);
    const { join } = asking(check);
    await expect(join({ email: 'nowhere' })).rejects.toMatchObject({ code: 'validation_failed' });
    expect(check).not.toHaveBeenCalled();
    await expect(join()).resolves.toBeDefined();
    expect(check).toHaveBeenCalledTimes(1);
  });
});
