import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Account, User } from './user.ts';

/** Stores users. Each expected outcome is a word; only faults are thrown. */
export type UserStore = {
  /**
   * Adds a user with their identifiers and the event, all or nothing. `taken`: other users own identifiers of these
   * kinds. `busy`: other requests were writing the same names; a second try makes sense.
   */
  add(user: User, identifiers: readonly Identifier[], event: Event): Promise<'added' | 'busy' | { taken: readonly IdentifierKind[] }>;
  /** The account with this name, even a millisecond after it was added. */
  findByIdentifier(identifier: Identifier): Promise<Account | undefined>;
  get(id: string): Promise<User | undefined>;
  /** Replaces a hash with a better one of the same password, unless it has changed meanwhile. */
  upgradePassword(id: string, from: string, to: string): Promise<'upgraded' | 'changed-meanwhile'>;
  setLastLogin(id: string, at: Date): Promise<void>;
  /** Sets or removes the picture of a user, and returns the previous one. */
  setAvatar(id: string, name: string | undefined): Promise<{ previous: string | undefined } | 'absent'>;
  /** The pictures of these users. Ids without a user are left out. */
  avatarsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>;
};
