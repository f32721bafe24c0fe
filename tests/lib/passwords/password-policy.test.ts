import { describe, expect, test } from 'vitest';
import { isCommonPassword } from '#lib/passwords/common-passwords.ts';
import { longestPassword } from '#lib/passwords/folded.ts';
import { passwordErrors } from '#lib/passwords/password-policy.ts';
import { wordsNear } from '#lib/passwords/words-near.ts';

const rules = { minLength: 8, isCommon: (password: string) => password === 'password' };
const names = { username: 'Annabelle', email: 'Ann.Belle@example.com', mobile: '+8613800138000' };
const errors = (password: string, given: Partial<typeof rules> = {}) =>
  passwordErrors(password, names, { ...rules, ...given }).map(({ phrase }) => phrase);

describe('a new password', () => {
  test.for(['aaaaaaaa', '        ', '密码密码密码密码', '😀😀😀😀😀😀😀😀', 'x'.repeat(256), '😀'.repeat(256), 'Tr0ub4dor&3'])(
    '%s is accepted if it is not common: there are no composition rules',
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
    ['ann.belle', 'username'],
    ['+8613800138000', 'mobile'],
  ] as const)('%s is refused: it is the %s', ([password, field]) => {
    expect(passwordErrors(password, names, rules)).toEqual([{ phrase: 'password_is_identifier', values: { field } }]);
  });

  test('may equal the word undefined if a name is missing', () => {
    expect(passwordErrors('undefined', { username: 'ann', mobile: undefined }, rules)).toEqual([]);
  });

  test.for(['19750614', '138 0013 8000', '+86 (138) 0013-8000', '739204816352719', '٣٩٢٧٤٠١٨٦'])(
    '%s is refused: it could be a telephone number or a date',
    (password) => {
      expect(passwordErrors(password, { username: 'ann' }, rules)).toEqual([{ phrase: 'password_entirely_numeric' }]);
    },
  );

  test.for(['7392048163527194', '739204 kettle'])('%s is accepted: it is longer than a telephone number, or has letters', (password) => {
    expect(passwordErrors(password, { username: 'ann' }, rules)).toEqual([]);
  });
});

describe('a password made of the own names', () => {
  const ada = { username: 'montgomeryab', name: 'Ada Lovelace', email: 'countess@babbage.example', mobile: '+8613900482761' };
  const fields = (password: string) =>
    passwordErrors(password, ada, { minLength: 8, isCommon: isCommonPassword }).map(({ phrase, values }) => [phrase, values?.['field']]);

  test.for([
    ['montgomeryab1', 'username'],
    ['1montgomeryab', 'username'],
    ['MontgomeryAB2024!', 'username'],
    ['m0ntg0mery4b', 'username'],
    ['gottmeryabnom', 'username'],
    ['ｍｏｎｔｇｏｍｅｒｙａｂ', 'username'],
    ['mont\u200bgomeryab99', 'username'],
    ['ada.lovelace1', 'name'],
    ['lovelace19900101', 'name'],
    ['L0velace_Ada_88', 'name'],
    ['countess2023', 'email'],
    ['Babbage!123', 'email'],
    ['13900482761x', 'mobile'],
    ['900482761ab', 'mobile'],
  ] as const)('%s is refused: it is similar to the %s', ([password, field]) => {
    expect(fields(password)).toEqual([['password_is_identifier', field]]);
  });

  test.for(['montgomeryab likes cold tea', 'a violet kettle for Ada Lovelace', 'countess-orange-violin-lamp'])(
    '%s is accepted',
    (password) => {
      expect(fields(password)).toEqual([]);
    },
  );
});

describe('a password made of the words of the service', () => {
  const serviceWords = wordsNear(['Vexillum Bank', 'accounts.vexillum.example']);
  const phrases = (password: string) =>
    passwordErrors(password, { username: 'montgomeryab' }, { minLength: 8, isCommon: isCommonPassword, serviceWords }).map(
      ({ phrase }) => phrase,
    );

  test.for(['vexillum', 'Vexillum1!', 'V3x1llum2024', 'vexillum-bank', 'vexillumvexillum', 'montgomeryab-at-vexillum-bank'])(
    '%s is refused',
    (password) => {
      expect(phrases(password)).toEqual(['password_is_context']);
    },
  );

  test('is accepted if it has more than those', () => {
    expect(phrases('a vexillum under violet lamps')).toEqual([]);
  });
});
