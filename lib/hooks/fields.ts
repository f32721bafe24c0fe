import {
  getDotPath,
  type InferInput,
  maxLength,
  type ObjectEntries,
  type ObjectSchema,
  object,
  pipe,
  regex,
  safeParse,
  string,
} from 'valibot';
import { callHook } from './call-hook.ts';
import { printable } from './json-bound.ts';

type Promising<T> = T | Promise<T>;

/** Fields that a project adds to a token or an answer: their schema, and the function that gives their values. */
export type Fields<Context> = {
  readonly schema: ObjectSchema<ObjectEntries, undefined>;
  readonly values: (context: Context) => Promising<Readonly<Record<string, unknown>>>;
};

/** Declares fields. openapi.json shows the schema, and every value is checked; other fields are dropped. */
export function fields<const Entries extends ObjectEntries, Context>(
  entries: Entries,
  values: (context: Context) => Promising<InferInput<ObjectSchema<Entries, undefined>>>,
): Fields<Context> {
  return { schema: object(entries), values: values as Fields<Context>['values'] };
}

/**
 * A text of at most `most` UTF-16 units without control characters. In a token it needs at most half the space of a
 * text that may have them.
 */
export function shortText(most: number) {
  return pipe(string(), maxLength(most), regex(printable));
}

/**
 * The values of a hook's fields: as the hook gave them, and as the schema parsed them. Both are empty if the hook is
 * not defined. Throws what the hook throws, `unavailable` if it is late, and an error that names the invalid field,
 * never its value.
 */
export async function fill<Context>(name: string, hook: Fields<Context> | undefined, context: Context) {
  if (!hook) return { given: {}, checked: {} };
  const given = await callHook(name, () => hook.values(context));
  const { success, output, issues } = safeParse(hook.schema, given);
  if (success) return { given, checked: output as Readonly<Record<string, unknown>> };
  throw new Error(`${name} does not fit its schema at ${issues.map((issue) => getDotPath(issue) ?? 'its root').join(', ')}`);
}

/** A success schema with a hook's fields. Its type names our own fields only; only the hook knows the others. */
export function withFields<const Entries extends ObjectEntries>(
  entries: Entries,
  hook: { readonly schema: { readonly entries: ObjectEntries } } | undefined,
): ObjectSchema<Entries, undefined> {
  return object({ ...hook?.schema.entries, ...entries });
}
