import { expect, test } from 'vitest';
import { cleaned, cleanedDigits } from '#lib/names/pasted.ts';

test.for([
  ['\u202a+86 138 0013 1158\u202c', '+86 138 0013 1158'],
  ['\u200e+86\u00a0138', '+86 138'],
  ['\u2066a\u2069\u200b\u00ad\ufe0f', 'a'],
  ['１２３－４５', '123-45'],
  ['1\u20112\u20133\u20144', '1-2-3-4'],
  ['a\u200cb\u200d', 'ab'],
  ['می‌خواهم', 'می‌خواهم'],
])('%j is read as %j', ([typed = '', meant]) => {
  expect(cleaned(typed)).toBe(meant);
  expect(cleaned(cleaned(typed))).toBe(meant);
});

test('digits of every script are read by their value', () => {
  for (const typed of ['٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹', '०१२३४५६७८९', '০১২৩৪৫৬৭৮৯', '๐๑๒๓๔๕๖๗๘๙', '０１２３４５６７８９', '𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡'])
    expect(cleanedDigits(typed)).toBe('0123456789');
  expect(cleanedDigits('a1²')).toBe('a12');
});
