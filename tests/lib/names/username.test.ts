import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownUsername, usernameKey } from '#lib/names/username.ts';

describe('a username', () => {
  test.for(['ab', 'a1', 'zoë', '用户', 'Ünal', 'a.b_c-d', 'x'.repeat(32), 'المستخدم', '..a', 'a٣'])('%s is one', (name) => {
    expect(shownUsername(name)).toBe(name);
  });

  test.for([
    '',
    'a',
    '12',
    '123',
    '....',
    'x'.repeat(33),
    'a b',
    'a@b',
    '+ab',
    'a/b',
    'a\0b',
    'a\nb',
    '😀a',
    "a'b",
    'a%b',
    'admin\u3164',
    '\u115fadmin',
    'ad\u1160min',
    'ad\uffa0min',
    'ad\u034fmin',
    '\u0301ab',
    'a\u0301\u0301\u0301\u0301b',
    `a${'\u0e34'.repeat(7)}`,
    'ß'.repeat(20),
  ])('%j is none', (name) => {
    expect([shownUsername(name), usernameKey(name)]).toEqual([undefined, undefined]);
  });

  test('is shown in the case it was typed in, without white space around it', () => {
    expect(shownUsername('  McCoy\u3000')).toBe('McCoy');
    expect(usernameKey('  McCoy\u3000')).toBe('mccoy');
  });
});

test.for(['राहुल', 'சிவா', 'สมชัย', 'ကျော်', 'សុខា', 'مُحَمَّد', 'דָּוִד', 'শ্রী', 'ශ්‍රී', 'علی‌رضا'])('%s is a username, with its marks', (name) => {
  expect(shownUsername(name)).toBe(name.normalize('NFKC'));
  expect(usernameKey(name.normalize('NFD'))).toBe(usernameKey(name.normalize('NFC')));
});

describe('one username only is', () => {
  test.for([
    ['straße', 'STRASSE'],
    ['Straẞe', 'strasse'],
    ['ΝΙΚΟΣ', 'νικοσ'],
    ['νικος', 'νικοσ'],
    ['İnci', 'inci'],
    ['علی‌رضا', 'علیرضا'],
    ['admin\u200b', 'admin'],
    ['\u202aadmin\u202c', 'admin'],
    ['ad\u00admin', 'admin'],
    ['a\u200db', 'ab'],
    ['a\u202eb', 'ab'],
    ['a\ufe0fb', 'ab'],
    ['a‐b', 'a-b'],
    ['a–b', 'a-b'],
    ['Ａlice', 'alice'],
    ['ALICE', 'alice'],
    ['ｚｏｅ', 'zoe'],
    ['ſam', 'sam'],
    ['\u212Aim', 'kim'],
    ['\u212Bsa', 'åsa'],
    ['ﬁona', 'fiona'],
    ['zoe\u0308', 'zoë'],
    ['Ⅷa', 'viiia'],
    ['ÉVA', 'éva'],
    ['ǅo', 'džo'],
    ['ab１２', 'ab12'],
    ['ⓐⓑ', 'ab'],
  ] as const)('%s and %s', ([one, other]) => {
    expect(usernameKey(one)).toBe(usernameKey(other));
    expect(usernameKey(one)).toBeDefined();
  });
});

const letters = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...'aZſKÅﬁǅⅧⓐΣςσßẞıΐŉ.-_1１٣é'), fc.string({ unit: 'grapheme', maxLength: 1 })),
    minLength: 2,
    maxLength: 12,
  })
  .filter((typed) => !typed.normalize('NFKC').includes('İ'));

test('the key of a key is itself', () => {
  fc.assert(
    fc.property(letters, (typed) => {
      const key = usernameKey(typed);
      if (key !== undefined) expect(usernameKey(key)).toBe(key);
    }),
    { numRuns: 3000 },
  );
});

test('the key of what is shown is that of what was typed, and upper case makes no difference', () => {
  fc.assert(
    fc.property(letters, (typed) => {
      const shown = shownUsername(typed);
      if (shown === undefined) return;
      expect(usernameKey(shown)).toBe(usernameKey(typed));
      expect(usernameKey(shown.toLowerCase())).toBe(usernameKey(typed));
    }),
    { numRuns: 3000 },
  );
});

test('a name with a dotted capital İ is found again by its key', () => {
  const key = usernameKey('İnci');
  expect(usernameKey(key ?? '')).toBe(key);
});
