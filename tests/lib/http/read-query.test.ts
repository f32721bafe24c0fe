import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { optionalWhole, text } from '#lib/http/fields.ts';
import { readQuery } from '#lib/http/read-query.ts';

const schema = v.object({ role: v.optional(text), limit: optionalWhole(1, 100) });

describe('a query string', () => {
  test('is parsed by its schema, decoded once', () => {
    expect(readQuery(schema, 'role=a%20b%2Bc+d&limit=7')).toEqual({ role: 'a b+c d', limit: 7 });
    for (const text of [undefined, '']) expect(readQuery(schema, text)).toEqual({});
    expect(() => readQuery(schema, 'limit=x')).toThrow(expect.objectContaining({ code: 'validation_failed' }));
  });

  test.for(['other=1', 'role=a&role=b', 'Role=a', '__proto__=x', 'constructor=x', 'role[]=a'])(
    'is refused if it has others: %s',
    (given) => {
      const refused = { code: 'unsupported_query', options: { values: { parameters: 'role, limit' } } };
      expect(() => readQuery(schema, given)).toThrow(expect.objectContaining(refused));
    },
  );
});
