import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isCommonPassword, knownPasswords } from '#lib/passwords/common-passwords.ts';
import { longestPassword, passwordErrors } from '#lib/passwords/password-policy.ts';
import { sharedData } from '../../shared-data.ts';

const rules = { minLength: 8, isCommon: (password: string) => password === 'password' };
const names = { username: 'Annabelle', email: 'Ann.Belle@example.com', mobile: '+8613800138000' };
const errors = (password: string, given: Partial<typeof rules> = {}) =>
  passwordErrors(password, names, { ...rules, ...given }).map(({ phrase }) => phrase);

describe('a new password', () => {
  test.for(['12345679', 'aaaaaaaa', '        ', '密码密码密码密码', '😀😀😀😀😀😀😀😀', 'x'.repeat(256), '😀'.repeat(256), 'Tr0ub4dor&3'])(
    '%s is accepted: there are no composition rules',
    (password) => {
      expect(errors(password)).toEqual([]);
    },
  );

  test('is counted in characters, not in bytes or UTF-16 units', () => {
    expect(errors('😀😀😀😀')).toEqual(['password_too_short']);
    expect(errors('1234567')).toEqual(['password_too_short']);
    expect(errors('x'.repeat(257))).toEqual(['password_too_long']);
    expect(longestPassword).toBe(256);
  });

  test('is counted after normalisation, as it is hashed', () => {
    expect(errors('e\u0301'.repeat(7))).toEqual(['password_too_short']);
    expect(errors('e\u0301'.repeat(256))).toEqual([]);
  });

  test('may have to be longer', () => {
    expect(passwordErrors('x'.repeat(14), names, { ...rules, minLength: 15 })).toEqual([
      { phrase: 'password_too_short', values: { limit: 15 } },
    ]);
    expect(errors('x'.repeat(15), { minLength: 15 })).toEqual([]);
  });

  test('must not be a common one', () => {
    expect(errors('password')).toEqual(['password_too_common']);
  });

  test.for([
    ['annabelle', 'username'],
    ['ANNABELLE', 'username'],
    ['ann.belle@EXAMPLE.com', 'email'],
    ['ann.belle', 'email'],
    ['+8613800138000', 'mobile'],
  ] as const)('%s is refused: it is the %s', ([password, field]) => {
    expect(passwordErrors(password, names, rules)).toEqual([{ phrase: 'password_is_identifier', values: { field } }]);
  });

  test('may equal the word undefined if a name is missing', () => {
    expect(passwordErrors('undefined', { username: 'ann', mobile: undefined }, rules)).toEqual([]);
  });
});

describe('common passwords', () => {
  test.for(['password', 'PASSWORD', 'Password1', '12345678', 'qwertyuiop', 'iloveyou'])('include %s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test.for(['88888888', '00000000', '987654321', '123123123', '12341234', '0123456789'])(
    'include the repetition or sequence %s',
    (password) => {
      expect(isCommonPassword(password)).toBe(true);
    },
  );

  test.for(['princess12', 'Target123', 'spongebob1', 'Password!', 'dragon2024', 'letmein!!!!'])(
    'include %s, a common one with an ending',
    (password) => {
      expect(isCommonPassword(password)).toBe(true);
    },
  );

  test.for(['qwzxv12345', 'princess 12 ', '12princess', 'princess-of-1', 'xq12341234z', 'cat12345x'])('do not include %s', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  test('are those that zxcvbn lists (npm run common-passwords)', () => {
    const listed = JSON.parse(readFileSync('node_modules/@zxcvbn-ts/language-common/src/passwords.json', 'utf8')) as string[];
    expect(new Set(knownPasswords())).toEqual(new Set(listed.filter((word) => word.length >= 4)));
  });

  test.for(['', 'correct horse battery staple', 'constructor x', '__proto__', 'kT7#qz!mLp0v'])('do not include %j', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  const list = sharedData('passwords/django-common-passwords.txt');
  test.runIf(list)('include more than five in six of Django’s that are long enough', () => {
    const known = readFileSync(list ?? '', 'utf8')
      .split('\n')
      .filter((password) => password.length >= 8);
    expect(known.length).toBeGreaterThan(8000);
    expect(known.filter(isCommonPassword).length / known.length).toBeGreaterThan(0.85);
  });
});
