import { expect, test } from 'vitest';
import { rowReader } from '#lib/stored-row.ts';

const row = { id: 'a', secret: 'never shown', count: 1, is_done: false };
const read = rowReader('things', ['id'], { id: 'string', secret: 'string', count: 'number', is_done: 'boolean', note: 'string?' });

test('a row that is whole is returned as it is', () => {
  expect(read(row)).toBe(row);
  expect(read({ ...row, note: 'x', unknown: 1 }).note).toBe('x');
});

test.each([
  [{ count: undefined }, 'count is undefined, not number'],
  [{ count: '1' }, 'count is string, not number'],
  [{ is_done: 0 }, 'is_done is number, not boolean'],
  [{ secret: null }, 'secret is object, not string'],
  [{ note: 7 }, 'note is number, not string?'],
])('of a damaged row with %j the error has the key and the attribute, and no value', (damage, words) => {
  const broken = { ...row, ...damage };
  expect(() => read(broken)).toThrow(expect.objectContaining({ message: `damaged row of things (id a): ${words}` }));
});

test('a row that is not there is damaged as well', () => {
  expect(() => read({})).toThrow('damaged row of things (id undefined): id is undefined, not string');
});
