import { log } from '#lib/log.ts';
import type { Event } from './event.ts';
import { eventTypeOf, readEvent } from './read-event.ts';

/** The events that are followed; the filter in `functions/outbox/functions.yml` lets these through and no other. */
export const followedTypes = ['user_deleted'] as const satisfies readonly Event['type'][];
type FollowedType = (typeof followedTypes)[number];

/** What is done after each of them. It may be asked for the same one again, late, and beside others; then it comes to the same. */
type FollowUps = { readonly [Type in FollowedType]: (event: Event) => Promise<unknown> };

/**
 * Does what follows the event in a row of the outbox. A type that nobody follows is left alone, which the log is told; a row of one that
 * is followed and cannot be read is an error, so that a person looks at it. How old the row is does not matter here: what is followed
 * stays right however late it is.
 */
export async function followUp(followUps: FollowUps, row: Readonly<Record<string, unknown>>): Promise<void> {
  const written = eventTypeOf(row);
  const type = followedTypes.find((each) => each === written);
  if (!type) return log.warn('event_not_followed', { type: written.slice(0, 100) });
  await followUps[type](readEvent(row, type));
}
