import { log } from '#lib/log.ts';
import type { Event } from './event.ts';
import { auditedTypes, type EventType } from './event-types.ts';
import { eventTypeOf, type Happening, readEvent } from './read-event.ts';

/** The work after each event. It must allow repeated, late and parallel calls for an event. */
type FollowUps = {
  /** Writes the event into the audit trail. */
  readonly record: (happening: Happening) => Promise<unknown>;
  /** The work after events of one type besides. */
  readonly after: { readonly [Type in EventType]?: (event: Event) => Promise<unknown> };
};

/**
 * Does what follows the event in a row of the outbox: it is put on record, and what its type asks for is done. Both are
 * tried even if one fails. An event of another type is logged and skipped. Throws if the row of a followed type cannot
 * be read, so that a person looks at it. The age of the row does not matter: the follow-up is right at any time.
 */
export async function followUp({ record, after }: FollowUps, row: Readonly<Record<string, unknown>>): Promise<void> {
  const written = eventTypeOf(row);
  const type = auditedTypes.find((each) => each === written);
  if (!type) return log.warn('event_not_followed', { type: written.slice(0, 100) });
  const happening = readEvent(row);
  const outcomes = await Promise.allSettled([record(happening), after[type]?.(happening.event)]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
