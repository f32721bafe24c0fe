import fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, test } from 'vitest';
import { mobileNumber } from '#lib/names/mobile.ts';

describe('a mobile number', () => {
  test.for([
    '13800138000',
    '138 0013 8000',
    '138-0013-8000',
    '(138) 0013.8000',
    '+8613800138000',
    '+86 138 0013 8000',
    '008613800138000',
    '00 86 13800138000',
    '１３８００１３８０００',
    '＋86 138 0013 8000',
    '\t13800138000\n',
  ])('typed as %j in China is +8613800138000', (typed) => {
    expect(mobileNumber(typed, 'CN')).toBe('+8613800138000');
  });

  test.for([
    ['+14155552671', 'CN', '+14155552671'],
    ['415 555 2671', 'US', '+14155552671'],
    ['07911 123456', 'GB', '+447911123456'],
    ['+44 (0)7911 123456', 'CN', '+447911123456'],
    ['0151 23456789', 'DE', '+4915123456789'],
    ['+81 90-1234-5678', 'CN', '+819012345678'],
  ] as const)('%j in %s is %s', ([typed, region, number]) => {
    expect(mobileNumber(typed, region)).toBe(number);
  });

  test.for([
    '',
    '+',
    '0',
    '00',
    '1',
    '110',
    '12345',
    '+86',
    '+8613800',
    '+999123456789',
    '+0013800138000',
    '++8613800138000',
    '13800138000x5',
    '13800138000;ext=5',
    '13800138000 ext. 5',
    'tel:+8613800138000',
    'a13800138000',
    '13800138000a',
    '13800138000,13800138001',
    '13800138000/1',
    '-----------',
    '1'.repeat(41),
    '1'.repeat(100_000),
    '+'.repeat(40),
    '\0',
    '1e10',
    '0x13800138000',
    'NaN',
  ])('%j is none', (typed) => {
    expect(mobileNumber(typed, 'CN')).toBeUndefined();
  });

  test.for(['١٣٨٠٠١٣٨٠٠٠', '۱۳۸۰۰۱۳۸۰۰۰', '138\u200b00138000', '\u202a+86 138 0013 8000\u202c', '138–0013–8000'])(
    '%j, as keyboards and contacts write it, is a number',
    (typed) => {
      expect(mobileNumber(typed, 'CN')).toBe('+8613800138000');
    },
  );

  test.for(['1380013800', '138001380000', '010 12345678'])('%s, a digit too few or too many or a landline, is none', (typed) => {
    expect(mobileNumber(typed, 'CN')).toBeUndefined();
  });

  test('of a region that there is not is none, and no accident', () => {
    for (const region of ['', 'XX', 'cn', '__proto__', 'constructor']) expect(mobileNumber('13800138000', region)).toBeUndefined();
  });

  test('is E.164 and its own number, of whatever country and wherever it is read', () => {
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples);
      if (!example) continue;
      const number = mobileNumber(example.number, 'CN');
      expect(number, country).toMatch(/^\+[1-9]\d{4,14}$/);
      expect(mobileNumber(number ?? '', 'US'), country).toBe(number);
      expect(mobileNumber(example.formatInternational(), 'CN'), country).toBe(number);
      expect(mobileNumber(example.formatNational(), country), country).toBe(number);
    }
  });

  test('that is one is its own number, and what is none is no accident', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789+-() .０１'), maxLength: 20 });
    fc.assert(
      fc.property(digits, fc.constantFrom('CN', 'US', 'DE', 'IT', 'AR', 'MX', 'BR'), (typed, region) => {
        const number = mobileNumber(typed, region);
        if (number === undefined) return;
        expect(number).toMatch(/^\+[1-9]\d{4,14}$/);
        expect(mobileNumber(number, 'CN')).toBe(number);
      }),
      { numRuns: 3000 },
    );
  });
});
