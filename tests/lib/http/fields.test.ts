import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { line, optionalWhole, text, toggle } from '#lib/http/fields.ts';
import { parseFields } from '#lib/http/parse-fields.ts';
import { type FieldErrors, Problem } from '#lib/problem.ts';

const form = v.object({ name: line(5), note: v.optional(text), isOn: v.optional(toggle, false) });
const errorsOf = (fields: unknown, schema: v.GenericSchema = form): FieldErrors | undefined => {
  try {
    parseFields(schema, fields);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).code).toBe('validation_failed');
    return (error as Problem).options.errors;
  }
  return undefined;
};
const phrase = (name: string) => [expect.objectContaining({ phrase: name })];

describe('a text', () => {
  test('may be a number, which is read as its digits', () => {
    expect(parseFields(form, { name: 12345, note: -7 })).toEqual({ name: '12345', note: '-7', isOn: false });
    expect(parseFields(form, { name: 'a', note: 1.5 })).toMatchObject({ note: '1.5' });
  });

  test('may not be a number whose digits JSON.parse has rounded', () => {
    for (const note of [1e21, Number.POSITIVE_INFINITY, Number.NaN, Number.MAX_SAFE_INTEGER + 1])
      expect(errorsOf({ name: 'a', note })).toEqual({ note: phrase('not_a_string') });
  });

  test.for<unknown>([true, [], ['a'], {}, { toString: 'a' }])('may not be %j', (note) => {
    expect(errorsOf({ name: 'a', note })).toEqual({ note: phrase('not_a_string') });
  });

  test('must be well-formed Unicode', () => {
    const surrogate = (code_point: string) => [{ phrase: 'surrogates', values: { code_point } }];
    expect(errorsOf({ name: 'a', note: 'a\ud800b\udfff' })).toEqual({ note: surrogate('U+D800') });
    expect(errorsOf({ name: '\udc00' })).toEqual({ name: surrogate('U+DC00') });
    expect(errorsOf({ name: '😀', note: '\ude00\ud83d' })).toEqual({ note: surrogate('U+DE00') });
  });

  test('has no NUL', () => {
    expect(errorsOf({ name: 'a', note: 'a\0b' })).toEqual({ note: phrase('null_characters') });
  });

  test('is kept as it is, with its white space', () => {
    expect(parseFields(form, { name: 'a', note: ' \ta\n ' })).toMatchObject({ note: ' \ta\n ' });
  });
});

describe('a line', () => {
  test('is trimmed', () => {
    expect(parseFields(form, { name: '\u3000 Ann\n' })).toMatchObject({ name: 'Ann' });
  });

  test('is counted in characters, not in bytes or UTF-16 units', () => {
    expect(parseFields(form, { name: '😀😀😀😀😀' })).toMatchObject({ name: '😀😀😀😀😀' });
    expect(errorsOf({ name: '123456' })).toEqual({ name: [{ phrase: 'too_long', values: { limit: '5' } }] });
  });

  test.for([
    ['', 'blank'],
    [' \n\u00a0', 'blank'],
    [null, 'null'],
    [undefined, 'required'],
    [false, 'not_a_string'],
    ['a\0b', 'null_characters'],
    ['a\nb', 'control_characters'],
    ['a\u009fb', 'control_characters'],
  ] as const)('%j is refused: %s', ([name, error]) => {
    expect(errorsOf({ name })).toEqual({ name: phrase(error) });
  });
});

test.for([
  [true, true],
  ['true', true],
  ['True', true],
  ['1', true],
  ['on', true],
  [false, false],
  ['false', false],
  ['0', false],
  ['', false],
] as const)('a switch given as %j is %s', ([written, isOn]) => {
  expect(parseFields(form, { name: 'a', isOn: written })).toMatchObject({ isOn });
});

test.for(['yes', 1, null, [], 'TRUE'])('a switch cannot be %j', (isOn) => {
  expect(errorsOf({ name: 'a', isOn })).toHaveProperty('isOn');
});

test('all invalid fields are named at once', () => {
  expect(Object.keys(errorsOf({ name: '', note: [], isOn: 'maybe' }) ?? {})).toEqual(['name', 'note', 'isOn']);
});

test('fields that the schema does not name are dropped', () => {
  const fields = JSON.parse('{"name":"a","is_superuser":true,"roles":["admin"],"__proto__":{"note":"x"},"constructor":{}}');
  expect(parseFields(form, fields)).toEqual({ name: 'a', isOn: false });
  expect(Object.hasOwn({}, 'note')).toBe(false);
});

test('inherited properties do not count as fields', () => {
  const odd = v.object({ constructor: text, toString: text });
  expect(Object.keys(errorsOf({}, odd) ?? {})).toEqual(['constructor', 'toString']);
});

test('a body that is not an object is an error of the whole form', () => {
  for (const fields of [null, 5, 'a']) expect(errorsOf(fields)).toHaveProperty('non_field_errors');
});

describe('a whole number', () => {
  const seconds = v.object({ seconds: optionalWhole(1, 60) });

  test('may be a number, its digits, or missing', () => {
    for (const written of [7, '7', ' 7 ', '+7', '007']) expect(parseFields(seconds, { seconds: written })).toEqual({ seconds: 7 });
    for (const left of [{}, { seconds: '' }, { seconds: null }]) expect(parseFields(seconds, left)['seconds']).toBeUndefined();
  });

  test('must be within its limits', () => {
    for (const border of [1, 60, '60']) expect(parseFields(seconds, { seconds: border })).toEqual({ seconds: Number(border) });
    expect(errorsOf({ seconds: 0 }, seconds)).toEqual({ seconds: [{ phrase: 'too_small', values: { limit: '1' } }] });
    expect(errorsOf({ seconds: '-1' }, seconds)).toEqual({ seconds: phrase('too_small') });
    expect(errorsOf({ seconds: 61 }, seconds)).toEqual({ seconds: [{ phrase: 'too_large', values: { limit: '60' } }] });
  });

  test.for<unknown>([1.5, Number.NaN, '1e1', '1.0', '0x5', 'soon', ' ', '1 2', '٥', true, [], {}, [5]])('is not %j', (written) => {
    expect(errorsOf({ seconds: written }, seconds)).toEqual({ seconds: phrase('not_an_integer') });
  });
});
