import { array, getDotPath, isoTimestamp, nonEmpty, object, optional, picklist, pipe, safeParse, string, transform } from 'valibot';
import type { RequestContext } from '#lib/request-context.ts';
import type { Event } from './event.ts';
import { eventTypes } from './event-types.ts';

type Row = Readonly<Record<string, unknown>>;

/** An event, and what is known of the request that caused it. */
export type Happening = {
  readonly event: Event;
  readonly request: Readonly<Record<keyof Omit<RequestContext, 'actorId'>, string | undefined>>;
};

/** The type that a row of the outbox states; empty if it has none. */
export const eventTypeOf = ({ type }: Row): string => (typeof type === 'string' ? type : '');

const text = pipe(string(), nonEmpty());
const instant = pipe(
  string(),
  isoTimestamp(),
  transform((at) => new Date(at)),
);
const shape = object({
  id: text,
  type: picklist(eventTypes),
  user_id: text,
  at: instant,
  picture: optional(text),
  about: optional(text),
  fields: optional(array(text)),
  actor_id: optional(text),
  sid: optional(text),
  request_id: optional(text),
  via: optional(text),
  address: optional(text),
  device: optional(text),
});

/**
 * The event in a row of the outbox, as `eventItem` wrote it. Throws if a field is missing or invalid; the error names
 * the field and nothing of its value.
 */
export function readEvent(row: Row): Happening {
  const parsed = safeParse(shape, row);
  if (!parsed.success)
    throw new Error(`the event is misshapen at ${parsed.issues.map((issue) => getDotPath(issue) ?? 'its root').join(', ')}`);
  const { user_id: userId, actor_id: actorId, request_id: requestId, sid, via, address, device, ...event } = parsed.output;
  return { event: { ...event, userId, ...(actorId && { actorId }) }, request: { requestId, sid, via, address, device } };
}
