import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseFields } from '#lib/http/parse-fields.ts';
import { Problem } from '#lib/problem.ts';
import { parseRate, type Rate } from '#lib/rate.ts';
import { register } from '#lib/users/register.ts';
import { login as loginRoute, register as registerRoute } from '../../../functions/auth/contract.ts';
import { sharedData } from '../../shared-data.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeService } from './made-service.ts';

const sound = {
  name: 'Ann Belle',
  username: 'annabelle',
  email: 'ann@example.com',
  password: 'kT7#qz!mLp0v',
  password_confirmation: 'kT7#qz!mLp0v',
};
const read = (fields: unknown) => parseFields(registerRoute.body, fields);
const errorsOf = (fields: unknown) => {
  try {
    read(fields);
  } catch (error) {
    return (error as Problem).options.errors;
  }
  return undefined;
};
const phrase = (name: string, values?: object) => [expect.objectContaining({ phrase: name, ...(values && { values }) })];

describe('the registration form', () => {
  test('requires a name, an e-mail address, and a password with its confirmation', () => {
    expect(errorsOf({})).toEqual({
      name: phrase('required'),
      email: phrase('required'),
      password: phrase('required'),
      password_confirmation: phrase('required'),
    });
  });

  test('allows username and mobile to be missing, empty or null', () => {
    for (const empty of [{}, { username: '', mobile: '' }, { username: null, mobile: null }]) {
      expect(read({ ...sound, username: undefined, ...empty })).not.toMatchObject({ username: expect.anything() });
    }
  });

  test('accepts a mobile number that is a JSON number', () => {
    expect(read({ ...sound, mobile: 13800138000 })).toMatchObject({ mobile: '13800138000' });
  });

  test('trims every line except the password', () => {
    const password = ' kT7#qz!mLp0v ';
    expect(read({ ...sound, name: ' Ann ', email: ' ann@example.com\n', password, password_confirmation: password })).toMatchObject({
      name: 'Ann',
      email: 'ann@example.com',
      password,
    });
  });

  test('drops unknown fields', () => {
    expect(Object.keys(read({ ...sound, is_superuser: true, is_active: false, roles: ['admin'], id: 'x', token_epoch: 1 })).sort()).toEqual(
      expect.arrayContaining(['email', 'name', 'password', 'password_confirmation', 'username']),
    );
    expect(read({ ...sound, roles: ['admin'] })).not.toHaveProperty('roles');
  });

  test.for<[string, unknown, string, object?]>([
    ['name', 'x'.repeat(65), 'too_long', { limit: '64' }],
    ['username', 'x'.repeat(65), 'too_long', { limit: '64' }],
    ['email', `${'x'.repeat(250)}@b.co`, 'too_long', { limit: '254' }],
    ['mobile', '1'.repeat(41), 'too_long', { limit: '40' }],
    ['name', ' ', 'blank'],
    ['username', ' ', 'blank'],
    ['name', 'a\u0000b', 'null_characters'],
    ['username', 'a\nb', 'control_characters'],
    ['email', null, 'null'],
    ['password', '', 'blank'],
    ['mobile', true, 'not_a_string'],
    ['username', ['a'], 'not_a_string'],
    ['username', { $ne: 'a' }, 'not_a_string'],
  ])('says what is wrong with the %s %j: %s', ([field, value, name, values]) => {
    expect(errorsOf({ ...sound, [field]: value })).toEqual({ [field]: phrase(name, values) });
  });
});

const naughty = sharedData('blns/blns.json');
test.runIf(naughty)('any string of the naughty list makes a user or a Problem, never another error', { timeout: 60_000 }, async () => {
  const service = madeService();
  const off = parseRate('off') as Rate;
  const rules = {
    limits: { address: off, global: off },
    isCommonPassword: () => false,
    region: 'CN',
    reservedUsernames: new Set<string>(),
    pickBelow: randomInt,
    passwordMinLength: 8,
    passwords: madePasswords(),
  };
  for (const text of JSON.parse(readFileSync(naughty ?? '', 'utf8')) as string[]) {
    for (const field of ['name', 'username', 'email', 'mobile', 'password']) {
      const fields = { ...sound, [field]: text, ...(field === 'password' && { password_confirmation: text }) };
      const outcome = await (async () => register({ ...service, ...rules }, read(fields), client))().catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome, `${field}: ${text}`).toBeInstanceOf(Problem);
    }
    expect(() => parseFields(loginRoute.body, { username: text, password: text })).not.toThrow(TypeError);
  }
});
