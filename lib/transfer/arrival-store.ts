import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import type { User } from '#lib/users/user.ts';

/** Somebody who comes from elsewhere, and the names they are to own. */
export type Arrival = { readonly user: User; readonly identifiers: readonly Identifier[] };

/**
 * What became of somebody: `absent`, not there (yet); `added`; `there`, since an earlier run, under the same id and names; or what belongs to
 * somebody else, the id included.
 */
export type Standing = 'absent' | 'added' | 'there' | { readonly taken: readonly (IdentifierKind | 'id')[] };

/** One standing for each who was asked for, in order, and the capacity units it took. `isBusy`: the tables would take no more this moment. */
export type Standings = { readonly standings: readonly Standing[]; readonly units: number; readonly isBusy: boolean };

/** How many users go into one call: with their names and roles at most as many rows as DynamoDB takes. */
export const arrivalsAtOnce = 20;
export const mostRows = 100;

/** How many rows somebody takes. */
export const rowsOf = ({ user, identifiers }: Arrival): number => 1 + identifiers.length + user.roles.length;

/** Where users of another system are put, many at a time. */
export type ArrivalStore = {
  /** Who of these is there already. */
  look(arrivals: readonly Arrival[]): Promise<Standings>;
  /** Adds each with all they own or not at all. `absent` was not added because of others, or because the tables are busy: ask again. */
  add(arrivals: readonly Arrival[]): Promise<Standings>;
};
