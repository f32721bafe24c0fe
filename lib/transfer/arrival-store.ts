import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import type { User } from '#lib/users/user.ts';

/** A user who is imported, and the names they are to own. */
export type Arrival = { readonly user: User; readonly identifiers: readonly Identifier[] };

/**
 * The outcome for one user: `absent`, not there (yet); `added`; `there`, from an earlier run, under the same id and
 * names; or the names, or the id, that another user has.
 */
export type ArrivalState = 'absent' | 'added' | 'there' | { readonly taken: readonly (IdentifierKind | 'id')[] };

/**
 * One standing for each user in order, and the capacity units of the call. `isBusy`: the tables take no more at the
 * moment.
 */
export type ArrivalStates = { readonly states: readonly ArrivalState[]; readonly units: number; readonly isBusy: boolean };

/** The most users in one call. With their names and roles, they are at most as many rows as DynamoDB takes. */
export const arrivalsAtOnce = 20;
export const mostRows = 100;

/** The number of rows that a user takes. */
export const rowsOf = ({ user, identifiers }: Arrival): number => 1 + identifiers.length + user.roles.length;

/** Imports users of another system, many at a time. */
export type ArrivalStore = {
  /** Tells which of these users are there already. */
  look(arrivals: readonly Arrival[]): Promise<ArrivalStates>;
  /**
   * Adds each user with all their rows, or not at all. `absent`: not added because of others in the call, or because
   * the tables are busy; ask again.
   */
  add(arrivals: readonly Arrival[]): Promise<ArrivalStates>;
};
