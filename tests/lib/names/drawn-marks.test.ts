import { describe, expect, test } from 'vitest';
import { isReserved, newUsername } from '#lib/names/drawn-marks.ts';
import { identify } from '#lib/names/identifier.ts';
import { madeUsername } from '#lib/names/made-username.ts';
import { readNames } from '#lib/names/read-names.ts';

describe('a new username may have', () => {
  test.for([
    ...['Nguyễn', 'Đặng', 'zoë', 'Ọlábísí', 'Ἀλέξανδρος', 'Юрий', 'ѓорѓи', 'ერეკლე', 'がく', 'バッハ', 'コーヒー', '佐々木', '한글이름'],
    ...[
      'राहुल',
      'சிவா',
      'สมชัย',
      'ກຽງ',
      'ကျော်',
      'សុខា',
      'ស្រី',
      'مُحَمَّد',
      'דָּוִד',
      'শ্রী',
      'ශ්‍රී',
      'علی‌رضا',
      'ދިވެހި',
      'ਗੁਰਪ੍ਰੀਤ',
      'ગુજરાતી',
      'తెలుగు',
      'ಕನ್ನಡ',
      'മലയാളം',
      'ଓଡ଼ିଆ',
    ],
  ])('the marks of its own script: %s', (name) => {
    expect(newUsername(name)).toBe(name.normalize('NFKC'));
  });
});

const hidden: readonly (readonly [string, string])[] = [
  ['a filler of the Khitan script', 'admin\u{16fe4}'],
  ['a joiner of hieroglyphs', 'root\u{13440}'],
  ['a Khmer virama behind a Latin letter', 'support\u17d2'],
  ['a Khmer virama without its letter', 'សុខា\u17d2'],
  ['an Arabic mark on a Latin letter', 'ad\u064emin'],
  ['a mark on a digit', 'ada1\u0301'],
  ['a tatweel', 'محـمد'],
  ['a modifier that looks like an apostrophe', 'admin\u02bc'],
  ['a modifier that looks like a mark', 'ada\u02cdb'],
];

test.for(hidden)('a new username has no %s', ([, name]) => {
  expect(newUsername(name)).toBeUndefined();
});

test.for(hidden)('a user whose name has %s already keeps it and signs in with it', ([, name]) => {
  const before = { username: name, email: 'ada@example.com' };
  expect(readNames({ region: 'CN', reservedUsernames: new Set() }, { username: name }, before).errors).toEqual({});
  expect(identify(name, 'CN')?.kind).toBe('username');
});

test('a reserved username stays reserved with marks', () => {
  const reserved = new Set(['admin', 'support']);
  for (const name of ['admin', 'ADMIN', 'ádmin', 'admiñ', 'a\u0323dmin', 'Şupport'])
    expect([name, isReserved(name, reserved)]).toEqual([name, true]);
  for (const name of ['adminus', 'adm1n', 'ada']) expect([name, isReserved(name, reserved)]).toEqual([name, false]);
});

test('a name with such letters still becomes a username', () => {
  const needs = { reservedUsernames: new Set(['admin']), pickBelow: () => 7 };
  expect(madeUsername('Kaʻahumanu Nui', 0, needs)).toBe('Kaahumanu.Nui');
  expect(madeUsername('محـمد', 0, needs)).toBe('محمد');
  expect(madeUsername('ádmin', 0, needs)).toBe('ádmin0007');
});
