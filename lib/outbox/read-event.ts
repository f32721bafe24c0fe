import { isoTimestamp, literal, nonEmpty, object, optional, parse, pipe, string, transform } from 'valibot';
import type { Event } from './event.ts';

const text = pipe(string(), nonEmpty());

/** A row of the outbox, as far as it says what kind of row it is. */
export const eventTypeOf = ({ type }: Readonly<Record<string, unknown>>): string => (typeof type === 'string' ? type : '');

/** The event in a row of the outbox that is of this type, the way `eventItem` wrote it. Throws where anything is missing or misshapen. */
export function readEvent(row: Readonly<Record<string, unknown>>, type: Event['type']): Event {
  const instant = pipe(
    string(),
    isoTimestamp(),
    transform((at) => new Date(at)),
  );
  const { user_id, ...event } = parse(object({ id: text, type: literal(type), user_id: text, at: instant, picture: optional(text) }), row);
  return { ...event, userId: user_id };
}
