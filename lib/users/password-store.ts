import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { User } from './user.ts';

/** A new hash for a user, and how the caller's session continues. */
export type PasswordChange = {
  /** The user as found: the hash that was compared, and the epoch that ends. */
  readonly user: Pick<User, 'id' | 'password' | 'tokenEpoch'>;
  readonly hash: string;
  /** The session as found and as it continues. If it continues under another `sid`, the old one is blacklisted. */
  readonly session?: { readonly found: Session; readonly next: Session } | undefined;
  readonly event: Event;
  /** The messages that tell of it. */
  readonly news?: readonly Message[] | undefined;
};

/** Changes passwords. */
export type PasswordStore = {
  /**
   * Replaces the hash, begins the user's next token epoch and moves the session to it, with the event and the messages,
   * all or nothing. `changed-meanwhile`: user or session are not as found, so one of any number of concurrent changes
   * succeeds. `busy`: other requests were writing them.
   */
  change(change: PasswordChange): Promise<'changed' | 'changed-meanwhile' | 'busy'>;
};
