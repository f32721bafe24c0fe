import { epochSeconds } from '#lib/duration.ts';
import type { Event } from './event.ts';

const keptSeconds = 7 * 86_400;

/**
 * The row of an event in the outbox table, written in the transaction that causes it.
 *
 * | attribute | | |
 * |---|---|---|
 * | `id` | key | UUID |
 * | `type`, `user_id`, `at` | | what happened, the user, when (ISO 8601) |
 * | `actor_id` | | the user who did it to the account of another; absent if it was the user, or the command line |
 * | `picture` | | of a user who was deleted, or taken over: the name of their picture, if they had one |
 * | `expires_at` | TTL | a week after `at`, in seconds since 1970 |
 */
export function eventItem(event: Event) {
  return {
    id: event.id,
    type: event.type,
    user_id: event.userId,
    at: event.at.toISOString(),
    expires_at: epochSeconds(event.at) + keptSeconds,
    ...(event.actorId !== undefined && { actor_id: event.actorId }),
    ...(event.picture !== undefined && { picture: event.picture }),
  };
}
