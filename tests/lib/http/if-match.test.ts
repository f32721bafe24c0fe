import { describe, expect, test } from 'vitest';
import { ifMatch } from '#lib/http/if-match.ts';

describe('If-Match', () => {
  test('asks for nothing if there is no header', () => {
    expect(ifMatch(undefined)).toBeUndefined();
  });

  test.for([
    ['*', true],
    [' * ', true],
    ['"7"', true],
    ['"1", "7"', true],
    ['"1" , , "7",', true],
    ['"8"', false],
    ['"77"', false],
    ['""', false],
    ['W/"7"', false],
    ['W/"7", "7"', true],
  ] as const)('%s lets version 7 be changed: %s', ([header, isMet]) => {
    expect(ifMatch(header)?.isMet(7)).toBe(isMet);
  });

  test.for(['', '7', '"7', '*, "7"', '"7" "8"', 'w/"7"', ', ,', '"a b"', `${'"1", '.repeat(5000)}x`])('%s is refused', (header) => {
    expect(() => ifMatch(header)).toThrow(expect.objectContaining({ code: 'malformed_request' }));
  });
});
