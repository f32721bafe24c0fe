import { joinedKey } from './directory.ts';
import type { User } from './user.ts';

type Member = Pick<User, 'id' | 'dateJoined' | 'roles'>;

/**
 * Makes the rows of the roles table for one user, for the transaction that gives the roles.
 *
 * | attribute | | |
 * |---|---|---|
 * | `role` | key | its name |
 * | `member` | sort key | when the user joined, and their id |
 * | `user_id` | | |
 */
export function roleItems(user: Member): { readonly role: string; readonly member: string; readonly user_id: string }[] {
  return user.roles.map((role) => ({ role, member: joinedKey(user), user_id: user.id }));
}
