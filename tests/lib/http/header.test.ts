import { expect, test } from 'vitest';
import { headerOf } from '#lib/http/header.ts';

test('a header is found by its name in lower case, however a gateway leaves it', () => {
  expect(headerOf({ 'content-type': 'a' }, 'content-type')).toBe('a');
  expect(headerOf({ 'Content-Type': 'a' }, 'content-type')).toBe('a');
  expect(headerOf({ Accept: 'a' }, 'content-type')).toBeUndefined();
});

test('no header is found that every object has', () => {
  for (const name of ['constructor', '__proto__', 'tostring']) expect(headerOf({}, name)).toBeUndefined();
});
