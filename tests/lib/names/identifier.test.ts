import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailKey } from '#lib/names/email.ts';
import { identify } from '#lib/names/identifier.ts';
import { mobileNumber } from '#lib/names/mobile.ts';
import { usernameKey } from '#lib/names/username.ts';
import { sharedData } from '../../shared-data.ts';

const naughty = sharedData('blns/blns.json');
const typedByAnybody = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.emailAddress(),
    fc.string({ unit: fc.constantFrom(...'+0123456789 -aAé@.ſK１＋＠Ⅷ٣'), maxLength: 20 }),
  )
  .filter((typed) => !typed.normalize('NFKC').includes('İ'));

describe('what somebody types to sign in', () => {
  test.for([
    ['alice', 'username', 'alice'],
    [' Ａlice ', 'username', 'alice'],
    ['用户', 'username', '用户'],
    ['13800138000a', 'username', '13800138000a'],
    ['Ann@Example.com', 'email', 'ann@example.com'],
    ['+86 138 0013 8000', 'mobile', '+8613800138000'],
    ['13800138000', 'mobile', '+8613800138000'],
    ['１３８００１３８０００', 'mobile', '+8613800138000'],
  ] as const)('%j is the %s %s', ([typed, kind, value]) => {
    expect(identify(typed, 'CN')).toEqual({ kind, value });
  });

  test.for(['', ' ', 'a', '@', 'alice@', '12', '+', 'a b', '\0', 'x'.repeat(100_000), '1'.repeat(100_000), '@'.repeat(60_000)])(
    '%j is nobody’s',
    (typed) => {
      expect(identify(typed, 'CN')).toBeUndefined();
    },
  );

  test('is its own identifier once it is normalised', () => {
    fc.assert(
      fc.property(typedByAnybody, (typed) => {
        const found = identify(typed, 'CN');
        if (found) expect(identify(found.value, 'US')).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });

  test('is of one kind only: the three never collide', () => {
    fc.assert(
      fc.property(typedByAnybody, typedByAnybody, typedByAnybody, (one, two, three) => {
        const values = [usernameKey(one), emailKey(two), mobileNumber(three, 'CN')];
        expect(values[0] ?? 'a').toMatch(/^[^@+]*$/);
        expect(values[0] ?? 'a').toMatch(/\p{L}/u);
        expect(values[1] ?? '@').toContain('@');
        expect(values[2] ?? '+').toMatch(/^\+\d*$/);
        for (const value of values) {
          if (value !== undefined)
            expect([usernameKey(value), emailKey(value), mobileNumber(value, 'CN')].filter(Boolean)).toEqual([value]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.for(['ⓐⓑ', 'ⅧⅧ'])('finds whoever registered as %s', (registered) => {
    expect(identify(registered, 'CN')).toEqual({ kind: 'username', value: usernameKey(registered) });
  });

  test.for(['Ⓐlice', 'ªº', 'ﬁona', 'Zoe\u0308'])('finds whoever registered as %s', (registered) => {
    expect(identify(registered, 'CN')).toEqual({ kind: 'username', value: usernameKey(registered) });
  });
});

test.runIf(naughty)('none of the naughty strings is an accident, and each is its own identifier', () => {
  for (const typed of JSON.parse(readFileSync(naughty ?? '', 'utf8')) as string[]) {
    const found = identify(typed, 'CN');
    if (found) expect(identify(found.value, 'CN')).toEqual(found);
  }
});
