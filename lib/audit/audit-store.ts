import type { EventType } from '#lib/outbox/event-types.ts';
import type { Entry } from './entry.ts';

/** The entries about a user, those that a user caused, or all; `since` is included and `until` is not. */
export type AuditQuery = (
  | { readonly of: 'user'; readonly id: string }
  | { readonly of: 'actor'; readonly id: string }
  | { readonly of: 'everyone'; readonly since: Date; readonly until: Date }
) & { readonly since?: Date | undefined; readonly until?: Date | undefined; readonly type?: EventType | undefined };

/** The entries of a page, newest first, and the place of the next one; undefined on the last page. */
type AuditPage = { readonly entries: readonly Entry[]; readonly next: string | undefined };

export type AuditStore = {
  /** Writes an entry. A second write of the same entry changes nothing. */
  put(entry: Entry): Promise<void>;
  /** Writes an entry unless its user is deleted. */
  putUnlessDeleted(entry: Entry): Promise<void>;
  /**
   * Returns at most `limit` entries before the place `after`. A page can be short, or empty, and have a next one: a
   * page looks at a limited number of rows. Entries of the last seconds may be missing from lists of an actor and of
   * everyone.
   */
  page(query: AuditQuery, page: { readonly limit: number; readonly after: string | undefined }): Promise<AuditPage>;
  /** Deletes the entries about a user up to an instant, except the one with this id. */
  clearAway(userId: string, until: Date, except: string): Promise<void>;
};
