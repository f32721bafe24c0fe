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

/** Fields that a project adds to a token or an answer: what they are, and where their values come from. */
export type Fields<Context> = {
  readonly schema: ObjectSchema<ObjectEntries, undefined>;
  readonly values: (context: Context) => Promising<Readonly<Record<string, unknown>>>;
};

/** Declares fields. The schema stands in openapi.json and is held against every value; what it does not name is dropped. */
export function fields<const Entries extends ObjectEntries, Context>(
  entries: Entries,
  values: (context: Context) => Promising<InferInput<ObjectSchema<Entries, undefined>>>,
): Fields<Context> {
  return { schema: object(entries), values: values as Fields<Context>['values'] };
}

/** A text of at most `most` UTF-16 units without control characters: in a token, half as long at the most as one with them. */
export function shortText(most: number) {
  return pipe(string(), maxLength(most), regex(printable));
}

/**
 * The values of a hook's fields: as it gave them, and as the schema leaves them. Both are empty where there is no such hook. Throws what
 * the hook throws, `unavailable` where it is late, and an error that names the place, never the value, where one does not fit.
 */
export async function fill<Context>(name: string, hook: Fields<Context> | undefined, context: Context) {
  if (!hook) return { given: {}, checked: {} };
  const given = await callHook(name, () => hook.values(context));
  const { success, output, issues } = safeParse(hook.schema, given);
  if (success) return { given, checked: output as Readonly<Record<string, unknown>> };
  throw new Error(`${name} does not fit its schema at ${issues.map((issue) => getDotPath(issue) ?? 'its root').join(', ')}`);
}

/** A success schema with the fields a hook adds. Its type stays that of ours: what a hook adds is known to the hook alone. */
export function withFields<const Entries extends ObjectEntries>(
  entries: Entries,
  hook: { readonly schema: { readonly entries: ObjectEntries } } | undefined,
): ObjectSchema<Entries, undefined> {
  return object({ ...hook?.schema.entries, ...entries });
}
