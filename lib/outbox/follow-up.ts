import { log } from '#lib/log.ts';
import type { Event } from './event.ts';
import { eventTypeOf, readEvent } from './read-event.ts';

/** The types of events that are followed up. The filter in `functions/outbox/functions.yml` passes only these. */
export const followedTypes = ['user_deleted', 'first_proof'] as const satisfies readonly Event['type'][];
type FollowedType = (typeof followedTypes)[number];

/** What is done after each event. It must allow repeated, late and parallel calls for an event. */
type FollowUps = { readonly [Type in FollowedType]: (event: Event) => Promise<unknown> };

/**
 * Does what follows the event in a row of the outbox. An event of another type is logged and skipped. Throws if the row
 * of a followed type cannot be read, so that a person looks at it. The age of the row does not matter: the follow-up is
 * right at any time.
 */
export async function followUp(followUps: FollowUps, row: Readonly<Record<string, unknown>>): Promise<void> {
  const written = eventTypeOf(row);
  const type = followedTypes.find((each) => each === written);
  if (!type) return log.warn('event_not_followed', { type: written.slice(0, 100) });
  await followUps[type](readEvent(row, type));
}
