import type { EventType } from './event-types.ts';

/**
 * Something that happened, written to the outbox in the same transaction, for the functions that act on it later. It
 * has ids and names of fields, and never the value of a field: a reader looks that up.
 */
export type Event = {
  readonly id: string;
  readonly type: EventType;
  /** The user it happened to; `everyone` if it is about no single user. */
  readonly userId: string;
  readonly at: Date;
  /** The user who did it, if that is known otherwise than by the token of the request. */
  readonly actorId?: string | undefined;
  /** The session or the API token it is about; of `login_failed`, the account's hash as in the log. */
  readonly about?: string | undefined;
  /** The names of the fields that changed, or of the filters that were read by. */
  readonly fields?: readonly string[] | undefined;
  /** The name of the picture of a user who was deleted, or taken over. It is stored nowhere else then. */
  readonly picture?: string | undefined;
};

/** The `userId` of an event about no single user. No user has it. */
export const everyone = '-';
