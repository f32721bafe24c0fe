import { uuidv7 } from '#lib/ids.ts';
import type { User } from './user.ts';

type Given = Pick<User, 'username' | 'name' | 'email' | 'password'> & Partial<User>;

/** A user who joins now: active, without roles, with unproved addresses. */
export function newUser(given: Given, now: Date): User {
  return {
    id: uuidv7(now),
    roles: [],
    isActive: true,
    isSuperuser: false,
    isEmailVerified: false,
    isMobileVerified: false,
    tokenEpoch: 0,
    version: 1,
    attributes: {},
    dateJoined: now,
    ...given,
  };
}
