import type { User } from '#lib/users/user.ts';

/** Some of everybody, in no order, and where to go on. */
export type Page = { readonly users: readonly User[]; readonly units: number; readonly next: Cursor | undefined };

/** Where a segment goes on. */
export type Cursor = { readonly id: string };

/** A share of everybody: the one with this number of so many, which can be read side by side. */
export type Segment = { readonly number: number; readonly of: number };

/**
 * Everybody there is: reading the whole table, which costs as much as the table is long. For the command line alone; an endpoint that has no
 * index for what it is asked says so.
 */
export type UserScan = {
  /** As many as one call reads, each as they are in that moment; all of a segment's pages have everybody in it who was there throughout. */
  page(segment: Segment, after?: Cursor): Promise<Page>;
  /** About how many there are, some hours ago; undefined where it is not known. */
  roughCount(): Promise<number | undefined>;
};
