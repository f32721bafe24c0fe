import * as fc from 'fast-check';
import { type Arbitrary, assert, property, sample } from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { shortText } from '#lib/hooks/fields.ts';
import { jsonBound } from '#lib/hooks/json-bound.ts';

/** A schema, and values that fit it. */
type Pair = { readonly schema: v.GenericSchema; readonly value: Arbitrary<unknown> };

const unit = fc.string({ unit: 'binary', maxLength: 12 });
const double = fc.double({ noNaN: true });
const leaf: Arbitrary<Pair> = fc.oneof(
  fc.nat(12).map((most) => ({ schema: v.pipe(v.string(), v.maxLength(most)), value: unit.map((text) => text.slice(0, most)) })),
  fc.nat(12).map((most) => ({
    schema: shortText(most),
    value: unit.map((text) =>
      text
        .replace(/\p{Cc}/gu, '"')
        .slice(0, most)
        .toWellFormed(),
    ),
  })),
  fc.constant({ schema: v.number(), value: double }),
  fc.constant({ schema: v.pipe(v.number(), v.safeInteger()), value: fc.maxSafeInteger() }),
  fc.tuple(fc.integer(), fc.nat()).map(([least, more]) => ({
    schema: v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(least + more)),
    value: fc.integer({ min: least, max: least + more }),
  })),
  fc.constant({ schema: v.boolean(), value: fc.boolean() }),
  fc.constant({ schema: v.picklist(['a', 'bcd', '"']), value: fc.constantFrom('a', 'bcd', '"') }),
  fc.constant({ schema: v.literal('x'), value: fc.constant('x') }),
);
const pairs = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(tie('pair'), fc.nat(4)).map(([{ schema, value }, most]) => ({
      schema: v.pipe(v.array(schema), v.maxLength(most)),
      value: fc.array(value, { maxLength: most }),
    })),
    tie('pair').map(({ schema, value }) => ({ schema: v.nullable(schema), value: fc.option(value) })),
    fc.tuple(tie('pair'), tie('pair')).map(([one, other]) => ({
      schema: v.union([one.schema, other.schema]),
      value: fc.oneof(one.value, other.value),
    })),
    fc
      .dictionary(
        fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
        tie('pair'),
        { maxKeys: 4 },
      )
      .map((entries) => ({
        schema: v.object(Object.fromEntries(Object.entries(entries).map(([key, { schema }]) => [key, v.optional(schema)]))),
        value: fc.record(Object.fromEntries(Object.entries(entries).map(([key, { value }]) => [key, value])), { requiredKeys: [] }),
      })),
  ),
})).pair;

const written = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('the bound of a schema', () => {
  test('holds for every value that fits the schema', async () => {
    await assert(
      property(
        pairs.chain(({ schema, value }) => fc.tuple(fc.constant(schema), value)),
        ([schema, value]) => {
          const fitting = v.parse(schema, value);
          expect(written(fitting)).toBeLessThanOrEqual(jsonBound(schema, 'it'));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('is tight: the samples come near it', () => {
    const texts = sample(unit, 2000).map((text) => written(text) / jsonBound(v.pipe(v.string(), v.maxLength(text.length)), 'it'));
    expect(Math.max(...texts)).toBeGreaterThan(0.7);
  });

  test.for<[string, v.GenericSchema, unknown]>([
    ['of control characters', v.pipe(v.string(), v.maxLength(3)), '\u0000\u0001\u001f'],
    ['of half a pair', v.pipe(v.string(), v.maxLength(1)), '\ud800'],
    ['of a number', v.number(), -0.0000012345678901234567],
    ['of a number beyond the safe ones', v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e21)), 999_999_999_999_999_900_000],
    ['of a small negative one', v.pipe(v.number(), v.integer(), v.minValue(-100), v.maxValue(5)), -100],
  ])('holds for the worst %s', ([, schema, value]) => {
    expect(v.is(schema, value)).toBe(true);
    expect(written(value)).toBeLessThanOrEqual(jsonBound(schema, 'it'));
  });

  test('is found in a pipe within a pipe', () => {
    expect(jsonBound(v.pipe(shortText(4), v.minLength(1)), 'it')).toBe(14);
  });

  test('is three bytes a character if a text is printable', () => {
    expect([jsonBound(shortText(64), 'it'), jsonBound(v.pipe(v.string(), v.maxLength(64)), 'it')]).toEqual([194, 386]);
    expect(v.is(shortText(9), 'a\nb')).toBe(false);
  });
});

describe('no bound exists for', () => {
  test.for<[string, v.GenericSchema, RegExp]>([
    ['a text of any length', v.object({ name: v.string() }), /^it\.name is a text of any length: give it a v\.maxLength/],
    ['a list of any length', v.object({ roles: v.array(v.boolean()) }), /^it\.roles is a list of any length/],
    ['an unbounded text in a list', v.pipe(v.array(v.string()), v.maxLength(3)), /^it\[\] is a text of any length/],
    ['a record', v.record(v.string(), v.number()), /^it is of a kind without a known length \(record\)/],
    ['anything', v.object({ x: v.unknown() }), /^it\.x is of a kind/],
    ['an object with unnamed fields', v.looseObject({}), /loose_object/],
    ['a date', v.date(), /date/],
    ['a text that its schema changes', v.pipe(v.string(), v.maxLength(3), v.toUpperCase()), /^it is changed by its schema/],
    [
      'a text that is checked before it changes',
      v.pipe(
        v.string(),
        v.transform((x) => x + x),
        v.string(),
        v.maxLength(3),
      ),
      /changed/,
    ],
    [
      'a text that an inner pipe changes',
      v.pipe(
        v.pipe(
          v.string(),
          v.transform((x) => ['far too long', x]),
        ),
        v.maxLength(2),
      ) as v.GenericSchema,
      /changed/,
    ],
    ['a text with a fallback', v.fallback(v.pipe(v.string(), v.maxLength(1)), 'far too long'), /changed/],
  ])('%s', ([, schema, message]) => {
    expect(() => jsonBound(schema, 'it')).toThrow(message);
  });
});
