import { isDeepStrictEqual } from 'node:util';
import { uuidv7 } from '#lib/ids.ts';
import { namesOf } from '#lib/names/names-of.ts';
import type { Event } from '#lib/outbox/event.ts';
import { rolesChanged, sameRoles } from './give-roles.ts';
import type { User } from './user.ts';

const isMarked = (found: User, next: User) =>
  (next.isEmailVerified && !found.isEmailVerified) || (next.isMobileVerified && !found.isMobileVerified);

/** Whether a name to sign in with differs, in another way than by its letter case. */
export const isRenamed = (found: User, next: User) => !isDeepStrictEqual(namesOf(found), namesOf(next));

/** Whether a change decides who gets in, or what they may do: names, marks of addresses, and roles. */
export const isGrave = (found: User, next: User) => isRenamed(found, next) || isMarked(found, next) || !sameRoles(found.roles, next.roles);

/** The events of a changed profile. */
export function eventsOf(found: User, next: User, at: Date, actorId: string | undefined): Event[] {
  const about = { userId: found.id, at, actorId };
  return [
    ...(isRenamed(found, next) ? [{ id: uuidv7(at), type: 'identifiers_changed', ...about } as const] : []),
    ...(isMarked(found, next) ? [{ id: uuidv7(at), type: 'address_verified', ...about } as const] : []),
    ...(sameRoles(found.roles, next.roles) ? [] : [rolesChanged(found, at, actorId)]),
  ];
}
