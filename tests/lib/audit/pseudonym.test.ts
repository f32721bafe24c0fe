import { expect, test } from 'vitest';
import { pseudonym } from '#lib/audit/pseudonym.ts';

const secret = new Uint8Array(32).fill(7);

test('a pseudonym is the same for the same value, and another for another value, kind or secret', () => {
  const one = pseudonym(secret, 'address', '192.0.2.1');
  expect(one).toMatch(/^[\w-]{22}$/);
  expect(pseudonym(secret, 'address', '192.0.2.1')).toBe(one);
  const others = [
    pseudonym(secret, 'address', '192.0.2.2'),
    pseudonym(secret, 'account', '192.0.2.1'),
    pseudonym(new Uint8Array(32).fill(8), 'address', '192.0.2.1'),
  ];
  expect(new Set([one, ...others]).size).toBe(4);
});
