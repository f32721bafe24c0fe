import type { User } from './user.ts';

/** Reads several users at once. */
export type PeopleStore = {
  /** The users who exist, by id, all read at one moment. At most a hundred. */
  people(ids: readonly string[]): Promise<ReadonlyMap<string, User>>;
};
