import { expect, test } from 'vitest';
import { headerOf } from '#lib/http/header.ts';

test('a header is found by its lower-case name, in every spelling of a gateway', () => {
  expect(headerOf({ 'content-type': 'a' }, 'content-type')).toBe('a');
  expect(headerOf({ 'Content-Type': 'a' }, 'content-type')).toBe('a');
  expect(headerOf({ Accept: 'a' }, 'content-type')).toBeUndefined();
});

test('inherited properties do not count as headers', () => {
  for (const name of ['constructor', '__proto__', 'tostring']) expect(headerOf({}, name)).toBeUndefined();
});
