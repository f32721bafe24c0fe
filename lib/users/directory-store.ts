import type { Identifier } from '#lib/names/identifier.ts';
import type { SearchedName, UserState } from './directory.ts';
import type { User } from './user.ts';

/** How users are listed: newest first by the date they joined, or in the order of a name with this beginning. */
export type DirectoryQuery =
  | { readonly by: 'joined'; readonly state?: UserState | undefined }
  | { readonly by: 'role'; readonly role: string }
  | { readonly by: SearchedName; readonly start: string };

/** The users of a page, and the position of the next one; undefined on the last page. */
type DirectoryPage = { readonly users: readonly User[]; readonly next: string | undefined };

/** Finds users without knowing their ids. */
export type DirectoryStore = {
  /**
   * Returns at most `limit` users as they are now, from the position `after` an earlier page. Indexes find them and can
   * be late: a user who was deleted, renamed or suspended since is left out, so a page can be shorter. A user who was
   * added a moment ago may be missing.
   */
  page(query: DirectoryQuery, page: { readonly limit: number; readonly after: string | undefined }): Promise<DirectoryPage>;
  /** The user who owns a name now. */
  owner(name: Identifier): Promise<User | undefined>;
};
