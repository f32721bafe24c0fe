import type { Identifier } from '#lib/names/identifier.ts';
import type { SearchedName, UserState } from './directory.ts';
import type { User } from './user.ts';

/** What users are listed by: newest first by when they joined, or in the order of a name that begins so. */
export type DirectoryQuery =
  | { readonly by: 'joined'; readonly state?: UserState | undefined }
  | { readonly by: 'role'; readonly role: string }
  | { readonly by: SearchedName; readonly start: string };

/** Users of one page, and from where the next one goes on; undefined where this is the last. */
type DirectoryPage = { readonly users: readonly User[]; readonly next: string | undefined };

/** Where users are found without being known by their ids. */
export type DirectoryStore = {
  /**
   * At most `limit` users as they are this moment, `after` where an earlier page ended. Indexes find them and may be late: whoever was deleted, renamed, suspended
   * since is left out, so that a page can be shorter; whoever came a moment ago may be missing.
   */
  page(query: DirectoryQuery, page: { readonly limit: number; readonly after: string | undefined }): Promise<DirectoryPage>;
  /** Who owns a name this moment. */
  owner(name: Identifier): Promise<User | undefined>;
};
