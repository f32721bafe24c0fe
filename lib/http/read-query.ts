import type { InferOutput } from 'valibot';
import { Problem } from '#lib/problem.ts';
import { parseFields } from './parse-fields.ts';
import type { QuerySchema } from './route.ts';

/**
 * The parameters of a query string, parsed by their schema. Throws `unsupported_query` if a parameter is unknown or
 * sent twice: it may be a filter that the client relies on.
 */
export function readQuery<S extends QuerySchema>(schema: S, text = ''): InferOutput<S> {
  const given = new URLSearchParams(text);
  const names = [...given.keys()];
  if (new Set(names).size < names.length || names.some((name) => !Object.hasOwn(schema.entries, name))) throw unsupportedQuery(schema);
  return parseFields(schema, Object.fromEntries(given));
}

/** The refusal of an unsupported query; it lists the parameters that exist. */
export function unsupportedQuery({ entries }: QuerySchema): Problem {
  return new Problem('unsupported_query', { values: { parameters: Object.keys(entries).join(', ') } });
}
