import * as v from 'valibot';
import { withoutBidi } from '#lib/bidi.ts';

/** Half of a surrogate pair without its other half. */
const loneSurrogate = /\p{Surrogate}/u;

/** Whether the digits of a number are those that were sent: beyond 2^53 a whole number is rounded. */
const isExact = (value: number) => Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));

/**
 * A text field. As in Django REST Framework, a number is read as its digits (`"mobile": 13800138000`), and NUL and lone
 * surrogates are refused. A number that JSON.parse rounds is refused: its digits would name another person.
 */
export const text = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.check(isExact), v.transform(String))], 'not_a_string'),
  v.check((value) => !value.includes('\0'), 'null_characters'),
  v.check((value) => !loneSurrogate.test(value), surrogatePhrase),
);

function surrogatePhrase({ input }: v.BaseIssue<unknown>): string {
  const [found = ''] = loneSurrogate.exec(String(input)) ?? [];
  return `surrogates:code_point=U+${found.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** A text field of 1 to `limit` characters, trimmed, without control characters. Bidi controls are removed. */
export function line(limit: number) {
  return v.pipe(
    text,
    v.transform((value) => withoutBidi(value).trim()),
    v.nonEmpty('blank'),
    v.check((value) => [...value].length <= limit, `too_long:limit=${limit}`),
    v.check((value) => !/\p{Cc}/u.test(value), 'control_characters'),
  );
}

const empty = v.pipe(
  v.nullable(v.literal('')),
  v.transform(() => undefined),
);

/** Like `line`, but the field may be missing, null or empty; it is undefined then. */
export function optionalLine(limit: number) {
  return v.optional(v.union([empty, line(limit)], 'not_a_string'));
}

/** A token, trimmed. */
export const token = v.pipe(text, v.trim(), v.nonEmpty('blank'));

/** A switch: a JSON boolean, or a word that forms send for one. */
export const toggle = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false', 'True', 'False', '1', '0', 'on', 'off', ''])], 'not_a_boolean'),
  v.transform((value) => value === true || value === 'true' || value === 'True' || value === '1' || value === 'on'),
);

/** A whole number or its digits; undefined if the field is missing or empty. */
export function optionalWhole(least: number, most: number) {
  const whole = v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\s*[+-]?\d{1,15}\s*$/), v.transform(Number))], 'not_an_integer'),
    v.safeInteger('not_an_integer'),
    v.minValue(least, `too_small:limit=${least}`),
    v.maxValue(most, `too_large:limit=${most}`),
  );
  return v.optional(v.union([empty, whole], 'not_an_integer'));
}

/** An instant in ISO 8601 with its offset (RFC 3339). */
export const instant = v.pipe(
  text,
  v.trim(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/, 'not_an_instant'),
  v.transform((value) => new Date(value)),
  v.check((value) => !Number.isNaN(value.getTime()), 'not_an_instant'),
);
