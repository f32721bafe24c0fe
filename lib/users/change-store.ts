import type { Message } from '#lib/messages/message.ts';
import type { IdentifierKind } from '#lib/names/identifier.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Undo } from './undo.ts';
import type { User } from './user.ts';

/** The ways to undo exchanges, as found and as they are to be, and the messages that tell of it. */
export type Exchange = { readonly before: readonly Undo[]; readonly undos: readonly Undo[]; readonly news: readonly Message[] };

/** A user as found and as they are to be. Only the differences are written. The write increments the version. */
export type UserChange = {
  readonly found: User;
  readonly next: User;
  /** The events of the change. A change of names, roles or token epoch has at least one. */
  readonly events: readonly Event[];
  /** Whether any other change since the read is a conflict, too. */
  readonly isExact: boolean;
  /** The exchange of addresses that belongs to the change; only with an event. */
  readonly exchange?: Exchange | undefined;
};

/** Changes and deletes users, with the rows that depend on them. */
export type ChangeStore = {
  /**
   * Changes a user, the names they own and the rows of their roles, with the events, all or nothing. Returns the user
   * as they are then. `taken`: other users own these names. `changed-meanwhile`: the user is gone, or is not as found
   * in the fields to change. `busy`: other requests were writing the same rows.
   */
  change(
    change: UserChange,
  ): Promise<{ readonly changed: User } | { readonly taken: readonly IdentifierKind[] } | 'changed-meanwhile' | 'busy'>;
  /** Deletes a user, their names and the rows of their roles, with the event, all or nothing. */
  remove(user: User, event: Event): Promise<'removed' | 'changed-meanwhile' | 'busy'>;
};
