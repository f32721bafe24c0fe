import type { EventType } from '#lib/outbox/event-types.ts';

/** One row of the audit trail: an event, who caused it and from where. It has no value of a field, no name and no address. */
export type Entry = {
  /** The id of the event. */
  readonly id: string;
  readonly type: EventType;
  /** The user it happened to, or `everyone`. The id stays after the user is deleted. */
  readonly userId: string;
  readonly at: Date;
  /** The signed-in user who did it. Undefined if a code, a link or a refresh token was all that came, and for commands. */
  readonly actorId?: string | undefined;
  /** The session whose token asked for it. */
  readonly sid?: string | undefined;
  /** The session or API token it is about; of `login_failed`, the pseudonym of what was typed. */
  readonly about?: string | undefined;
  readonly fields?: readonly string[] | undefined;
  /** The pseudonym of the IP address. */
  readonly addressHash?: string | undefined;
  readonly device?: string | undefined;
  readonly requestId?: string | undefined;
  /** The route or the command. */
  readonly via?: string | undefined;
};

/** The place of an entry in every list: entries sort by their instant, then by id. */
export function placeOf({ at, id }: Pick<Entry, 'at' | 'id'>): string {
  return `${at.toISOString()}#${id}`;
}
