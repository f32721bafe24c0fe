import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { madeUsername, mostMade } from '#lib/names/made-username.ts';
import { shownUsername, usernameKey } from '#lib/names/username.ts';

const needs = { reservedUsernames: new Set(['admin']), pickBelow: (limit: number) => Math.floor(limit / 3) };
const made = (name: string, attempt = 0) => madeUsername(name, attempt, needs);

describe('a username is made from a name', () => {
  test.for([
    ['Ada Lovelace', 'Ada.Lovelace'],
    ["O'Brien", 'OBrien'],
    ['O’Brien', 'OBrien'],
    ['José María', 'José.María'],
    ['买买提·艾力', '买买提.艾力'],
    ['ヴァン・ダイク', 'ヴァン.ダイク'],
    ['😀smile', 'smile'],
    ['👩‍👩‍👧 family', 'family'],
    ['J. R. R. Tolkien', 'J.R.R.Tolkien'],
    ['Anne-Marie d’Arc', 'Anne-Marie.dArc'],
    ['Ada / Grace & Co.', 'Ada.Grace.Co'],
    ['张三（销售）', '张三.销售'],
    ['  - Ann -  ', 'Ann'],
    ['ann@example.com', 'ann.example.com'],
    ['राहुल शर्मा', 'राहुल.शर्मा'],
    ['علی‌رضا محمدی', 'علی‌رضا.محمدی'],
    ['Ada\u3164 Lovelace', 'Ada.Lovelace'],
    ['x'.repeat(40), 'x'.repeat(24)],
  ])('%s becomes %s', ([name = '', username]) => {
    expect(made(name)).toBe(username);
  });

  test.for([
    ['李', '李3333'],
    ['😀', 'user3333'],
    ['13800138000', 'user3333'],
    ['...', 'user3333'],
    ['\u3164\u3164', 'user3333'],
    ["ad'min", 'admin3333'],
  ])('%s is too short, reserved or without letters, and becomes %s', ([name = '', username]) => {
    expect(made(name)).toBe(username);
  });

  test('has more digits with every few tries, and zeros are kept', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => made('Ada Lovelace', attempt).replace('Ada.Lovelace', '').length)).toEqual([4, 4, 6, 8, 8]);
    expect(madeUsername('Ada Lovelace', 1, { ...needs, pickBelow: () => 7 })).toBe('Ada.Lovelace0007');
  });

  test('is a username that is not reserved, whatever the name is', () => {
    const unit = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 1 }), fc.constantFrom(..."ßẞİſΣ.-_ '·😀\u0301\u200d\u3164ﷺａ1"));
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 60 }), fc.nat(mostMade - 1), (name, attempt) => {
        const username = made(name, attempt);
        expect(shownUsername(username)).toBe(username);
        expect(needs.reservedUsernames.has(usernameKey(username) ?? 'admin')).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
