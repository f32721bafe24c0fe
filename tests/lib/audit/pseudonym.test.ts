import { expect, test } from 'vitest';
import { pseudonym } from '#lib/audit/pseudonym.ts';
import { madeSecret, oneSecret } from '../made-secrets.ts';

test('a pseudonym is the same for the same value, and another for another value, kind or secret', () => {
  const one = pseudonym(oneSecret, 0, 'address', '192.0.2.1');
  expect(one).toMatch(/^[\w-]{22}$/);
  expect(pseudonym(oneSecret, 0, 'address', '192.0.2.1')).toBe(one);
  const others = [
    pseudonym(oneSecret, 0, 'address', '192.0.2.2'),
    pseudonym(oneSecret, 0, 'account', '192.0.2.1'),
    pseudonym([madeSecret(8)], 0, 'address', '192.0.2.1'),
  ];
  expect(new Set([one, ...others]).size).toBe(4);
});

test('a pseudonym depends on the instant of the event, and not on when it is read during a rotation', () => {
  const [before, during] = [oneSecret, [madeSecret(8, 100), ...oneSecret] as const];
  const of = (secrets: Parameters<typeof pseudonym>[0], at: number) => pseudonym(secrets, at, 'address', '192.0.2.1');
  expect(of(during, 99)).toBe(of(before, 99));
  expect(of(during, 100)).toBe(of([madeSecret(8)], 0));
});
