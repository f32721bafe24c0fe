import { describe, expect, test } from 'vitest';
import { isSimilar } from '#lib/passwords/similarity.ts';

// The ratios are those of Python's difflib.SequenceMatcher(None, password, value).quick_ratio().
describe('a password is similar to a value, as in Django', () => {
  test.for([
    ['montgomeryab1', 'montgomeryab', 0.96],
    ['abcdefghij', 'abcdefgxyz', 0.7],
    ['gottmeryabnom', 'montgomeryab', 0.96],
    ['lovelace1', 'Ada Lovelace', 0.94],
    ['+8613912345670', '+8613912345670', 1],
  ] as const)('%s to %s: %d', ([password, value]) => {
    expect(isSimilar(password, value)).toBe(true);
  });

  test.for([
    ['abcdefghij', 'abcdefwxyz', 0.6],
    ['a fine sentence 12345678', 'Person 12345678', 0.62],
    ['73920481635', '+8613900482761', 0.72],
    ['anything', '', 0],
    ['anything', '...', 0],
  ] as const)('%s is not to %s: %d', ([password, value]) => {
    expect(isSimilar(password, value)).toBe(false);
  });
});
