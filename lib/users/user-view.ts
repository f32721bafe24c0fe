import { array, boolean, nullable, object, string } from 'valibot';
import type { User } from './user.ts';

/** A user as the API shows one (docs: `User` in openapi.json). Never a hash; instants are ISO 8601 in UTC. */
export const userView = object({
  id: string(),
  username: string(),
  name: string(),
  email: string(),
  mobile: nullable(string()),
  avatar: nullable(string()),
  roles: array(string()),
  is_active: boolean(),
  is_superuser: boolean(),
  email_verified: boolean(),
  mobile_verified: boolean(),
  date_joined: string(),
  last_login: nullable(string()),
});

/** Shows a user; `avatarUrl` makes the absolute address of a picture. */
export function viewUser(user: User, avatarUrl: (name: string) => string) {
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    email: user.email,
    mobile: user.mobile ?? null,
    avatar: user.avatar === undefined ? null : avatarUrl(user.avatar),
    roles: [...user.roles],
    is_active: user.isActive,
    is_superuser: user.isSuperuser,
    email_verified: user.isEmailVerified,
    mobile_verified: user.isMobileVerified,
    date_joined: user.dateJoined.toISOString(),
    last_login: user.lastLogin?.toISOString() ?? null,
  };
}
