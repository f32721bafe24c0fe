import type { User } from './user.ts';

/** Reads several users at once. */
export type UserReader = {
  /** The users who exist, by id, all read at one moment. At most a hundred. */
  readUsers(ids: readonly string[]): Promise<ReadonlyMap<string, User>>;
};
