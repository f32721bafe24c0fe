import type { User } from './user.ts';

/** Where users are read, several at once. */
export type PeopleStore = {
  /** Those who are there, by their ids, as they all are at this one moment. At most a hundred. */
  people(ids: readonly string[]): Promise<ReadonlyMap<string, User>>;
};
