import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Account, User } from './user.ts';

/** Where users are. Every answer is a word: nothing that can happen is thrown, only what should not. */
export type UserStore = {
  /**
   * Adds a user, who then owns their identifiers, and the event, all or nothing. `taken`: these kinds belong to somebody.
   * `busy`: others were writing the same names at the same moment; trying again makes sense.
   */
  add(user: User, identifiers: readonly Identifier[], event: Event): Promise<'added' | 'busy' | { taken: readonly IdentifierKind[] }>;
  /** Who signs in with this name, also one millisecond after they were added. */
  findByIdentifier(identifier: Identifier): Promise<Account | undefined>;
  get(id: string): Promise<User | undefined>;
  /** Replaces a hash by a better one of the same password, unless it was changed in between. */
  upgradePassword(id: string, from: string, to: string): Promise<'upgraded' | 'changed-meanwhile'>;
  setLastLogin(id: string, at: Date): Promise<void>;
  /** Points the user at another picture, or at none, and says which it was before. */
  setAvatar(id: string, name: string | undefined): Promise<{ previous: string | undefined } | 'absent'>;
  /** The pictures these users have; users who do not exist are left out. */
  avatarsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>;
};
