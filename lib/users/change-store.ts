import type { Message } from '#lib/messages/message.ts';
import type { IdentifierKind } from '#lib/names/identifier.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Undo } from './undo.ts';
import type { User } from './user.ts';

/** The ways back from the addresses somebody exchanged, as they were found and as they are to be, and who is told. */
export type Exchange = { readonly before: readonly Undo[]; readonly undos: readonly Undo[]; readonly news: readonly Message[] };

/** A user as they were found and as they are to be. Only what differs is written, and they are one version further then. */
export type UserChange = {
  readonly found: User;
  readonly next: User;
  /** What is told of it; a change of names, roles or token epoch has at least one. */
  readonly events: readonly Event[];
  /** Whether anything else that was changed since they were found is in the way, too. */
  readonly isExact: boolean;
  /** What goes along where addresses are exchanged; only with an event. */
  readonly exchange?: Exchange | undefined;
};

/** Where users are changed and deleted, with everything that has to go along. */
export type ChangeStore = {
  /**
   * Changes a user, the names they own and the rows of their roles, with the events, all or nothing, and shows them as they are then. `taken`: these names are
   * somebody else's. `changed-meanwhile`: they are gone, or not as they were found in what is changed here. `busy`: others were writing the same
   * rows at the same moment.
   */
  change(
    change: UserChange,
  ): Promise<{ readonly changed: User } | { readonly taken: readonly IdentifierKind[] } | 'changed-meanwhile' | 'busy'>;
  /** Deletes a user, their names and the rows of their roles, with the event, all or nothing. */
  remove(user: User, event: Event): Promise<'removed' | 'changed-meanwhile' | 'busy'>;
};
