import { expect, test } from 'vitest';
import { withoutBidi } from '#lib/bidi.ts';

test('no bidi control is left in a name, and every letter and joiner stays', () => {
  const controls = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';
  for (const control of controls) expect(withoutBidi(`Ann${control}gnp`)).toBe('Anngnp');
  expect(withoutBidi('علی‌رضا דָּוִד')).toBe('علی‌رضا דָּוִד');
});
