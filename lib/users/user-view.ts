import { array, boolean, nullable, object, optional, string } from 'valibot';
import { type Attributes, attributesOf, namesFor } from './attributes.ts';
import type { Suspension, User } from './user.ts';

/**
 * A user as the API shows one (docs: `User` in openapi.json), with the attributes of the project that they have and the reader may
 * see; without `attributes` where there are none. Never a hash; instants are ISO 8601 in UTC. `suspension` is shown to those who look after users.
 */
export function userViewWith(attributes: Attributes) {
  return object({
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
    attributes: optional(object(Object.fromEntries(Object.entries(attributes).map(([name, { schema }]) => [name, optional(schema)])))),
    suspension: optional(nullable(object({ at: string(), until: nullable(string()), reason: nullable(string()) }))),
  });
}

type Shown = {
  readonly attributes: Attributes;
  /** Who is looking: the user, or somebody who looks after users. */
  readonly reader: 'self' | 'staff';
  /** Makes the absolute address of a picture. */
  readonly avatarUrl: (name: string) => string;
};

/** Shows a user. */
export function viewUser(user: User, { attributes, reader, avatarUrl }: Shown) {
  const own: Readonly<Record<string, unknown>> = attributesOf(attributes, user);
  const seen = namesFor(attributes, 'read', reader).filter((name) => own[name] !== undefined);
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
    ...(seen.length > 0 && { attributes: Object.fromEntries(seen.map((name) => [name, own[name]])) }),
    ...(reader === 'staff' && { suspension: user.suspension ? viewSuspension(user.suspension) : null }),
  };
}

function viewSuspension({ at, until, reason }: Suspension) {
  return { at: at.toISOString(), until: until?.toISOString() ?? null, reason: reason ?? null };
}
