import * as v from 'valibot';
import { type FieldError, Problem } from '#lib/problem.ts';
import { isPhrase } from '#lib/wording.ts';

/** The fields as their schema parses them. Throws `validation_failed` with every invalid field. */
export function parseFields<S extends v.GenericSchema>(schema: S, fields: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, fields);
  if (result.success) return result.output;
  const errors: Record<string, FieldError[]> = {};
  for (const issue of result.issues) {
    const field = (v.getDotPath(issue) ?? 'non_field_errors').replace(/\.\d+$/, ''); // a list is one field of a form
    if (!Object.hasOwn(errors, field)) Object.defineProperty(errors, field, { value: [], enumerable: true });
    errors[field]?.push(fieldError(issue));
  }
  throw new Problem('validation_failed', { errors });
}

/** A schema's message is the name of a sentence and its values: `too_long:limit=64`. */
function fieldError(issue: v.BaseIssue<unknown>): FieldError {
  if (issue.kind === 'schema' && issue.input === undefined) return { phrase: 'required' };
  if (issue.kind === 'schema' && issue.input === null) return { phrase: 'null' };
  const [phrase = '', ...values] = issue.message.split(/[:,]/);
  if (!isPhrase(phrase)) return { phrase: 'not_a_string' };
  return { phrase, values: Object.fromEntries(values.map((pair) => pair.split('=', 2) as [string, string])) };
}
