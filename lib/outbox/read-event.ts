import { getDotPath, isoTimestamp, literal, nonEmpty, object, optional, pipe, safeParse, string, transform } from 'valibot';
import type { Event } from './event.ts';

type Row = Readonly<Record<string, unknown>>;

/** The type that a row of the outbox states; empty if it has none. */
export const eventTypeOf = ({ type }: Row): string => (typeof type === 'string' ? type : '');

const text = pipe(string(), nonEmpty());
const instant = pipe(
  string(),
  isoTimestamp(),
  transform((at) => new Date(at)),
);

/**
 * The event in a row of the outbox, as `eventItem` wrote it. Throws if a field is missing or invalid; the error names
 * the field and nothing of its value.
 */
export function readEvent(row: Row, type: Event['type']): Event {
  const parsed = safeParse(object({ id: text, type: literal(type), user_id: text, at: instant, picture: optional(text) }), row);
  if (!parsed.success)
    throw new Error(`the event is misshapen at ${parsed.issues.map((issue) => getDotPath(issue) ?? 'its root').join(', ')}`);
  const { user_id, ...event } = parsed.output;
  return { ...event, userId: user_id };
}
