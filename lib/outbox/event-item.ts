import { epochSeconds } from '#lib/duration.ts';
import { type RequestContext, requestContext } from '#lib/request-context.ts';
import type { Event } from './event.ts';

const keptSeconds = 7 * 86_400;

/**
 * The row of an event in the outbox table, written in the transaction that causes it. The facts about the request
 * are added here, so that every event has them.
 *
 * | attribute | | |
 * |---|---|---|
 * | `id` | key | UUID |
 * | `type`, `user_id`, `at` | | what happened, the user, when (ISO 8601) |
 * | `actor_id`, `sid`, `request_id`, `via`, `address`, `device` | | who asked, and how: `RequestContext` |
 * | `about`, `fields` | | a session or an API token; names of fields |
 * | `picture` | | of a user who was deleted, or taken over: the name of their picture, if they had one |
 * | `expires_at` | TTL | a week after `at`, in seconds since 1970 |
 */
export function eventItem(event: Event) {
  const { actorId, sid, requestId, via, address, device }: Partial<RequestContext> = requestContext() ?? {};
  return present({
    id: event.id,
    type: event.type,
    user_id: event.userId,
    at: event.at.toISOString(),
    expires_at: epochSeconds(event.at) + keptSeconds,
    picture: event.picture,
    about: event.about,
    fields: event.fields && [...event.fields],
    actor_id: event.actorId ?? actorId,
    sid,
    request_id: requestId,
    via,
    address: address || undefined,
    device: device || undefined,
  });
}

/** Leaves out what is undefined: tests and adapters compare whole rows. */
function present<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row;
}
