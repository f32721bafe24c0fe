import type { User } from '#lib/users/user.ts';

/** Some users, in no order, and the position of the next page. */
export type Page = { readonly users: readonly User[]; readonly units: number; readonly next: Cursor | undefined };

/** The position in a segment. */
export type Cursor = { readonly id: string };

/** One of several shares of all users, which can be read side by side. */
export type Segment = { readonly number: number; readonly of: number };

/**
 * Reads all users, which costs as much as the whole table. It is for the command line only: endpoints have no index for
 * it.
 */
export type UserScan = {
  /**
   * Reads as many users as one call returns, each as they are at that moment. The pages of all segments have every user
   * who existed throughout.
   */
  page(segment: Segment, after?: Cursor): Promise<Page>;
  /** The approximate number of users some hours ago; undefined if it is not known. */
  roughCount(): Promise<number | undefined>;
};
