import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { User } from './user.ts';

/** A new hash for somebody, and what becomes of the session they call from. */
export type PasswordChange = {
  /** As they were found: the hash that was compared with, and the epoch that is over then. */
  readonly user: Pick<User, 'id' | 'password' | 'tokenEpoch'>;
  readonly hash: string;
  /** The session as it was found and as it goes on. Where it goes on under another `sid`, the old one is blacklisted. */
  readonly session?: { readonly found: Session; readonly next: Session } | undefined;
  readonly event: Event;
  /** Who is told of it. */
  readonly news?: readonly Message[] | undefined;
};

/** Where passwords are changed. */
export type PasswordStore = {
  /**
   * Replaces the hash, begins the user's next token epoch and carries the session on into it, with the event and the news, all or nothing.
   * `changed-meanwhile`: user or session are not as they were found, so that of any number at once one succeeds. `busy`: others were
   * writing them at the same moment.
   */
  change(change: PasswordChange): Promise<'changed' | 'changed-meanwhile' | 'busy'>;
};
