import type { InferOutput } from 'valibot';
import { Problem } from '#lib/problem.ts';
import { parseFields } from './parse-fields.ts';
import type { QuerySchema } from './route.ts';

/**
 * The parameters of a query string by their schema. One that the schema does not name, or that comes twice, is refused as `unsupported_query`: what would
 * be ignored might be a filter that somebody relies on.
 */
export function readQuery<S extends QuerySchema>(schema: S, text = ''): InferOutput<S> {
  const given = new URLSearchParams(text);
  const names = [...given.keys()];
  if (new Set(names).size < names.length || names.some((name) => !Object.hasOwn(schema.entries, name))) throw unsupportedQuery(schema);
  return parseFields(schema, Object.fromEntries(given));
}

/** The refusal of a query that nothing answers; it names what there is. */
export function unsupportedQuery({ entries }: QuerySchema): Problem {
  return new Problem('unsupported_query', { values: { parameters: Object.keys(entries).join(', ') } });
}
