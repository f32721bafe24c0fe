import { isDeepStrictEqual } from 'node:util';
import { uuidv7 } from '#lib/ids.ts';
import { namesOf } from '#lib/names/names-of.ts';
import type { Event } from '#lib/outbox/event.ts';
import { rolesChanged, sameRoles } from './give-roles.ts';
import type { User } from './user.ts';

/** The kinds of addresses that count as proved by this change: those that another user vouches for. */
function markedKinds(found: User, next: User): ('email' | 'mobile')[] {
  const [before, after] = [namesByKind(found), namesByKind(next)];
  const isNew = (kind: 'email' | 'mobile', was: boolean, is: boolean) => is && (!was || before[kind] !== after[kind]);
  return [
    ...(isNew('email', found.isEmailVerified, next.isEmailVerified) ? (['email'] as const) : []),
    ...(isNew('mobile', found.isMobileVerified, next.isMobileVerified) ? (['mobile'] as const) : []),
  ];
}

/** Whether a name to sign in with differs, in another way than by its letter case. */
export const isRenamed = (found: User, next: User) => !isDeepStrictEqual(namesOf(found), namesOf(next));

/** Whether a change decides who gets in, or what they may do: names, marks of addresses, and roles. */
export const isGrave = (found: User, next: User) =>
  isRenamed(found, next) || markedKinds(found, next).length > 0 || !sameRoles(found.roles, next.roles);

/**
 * The events of a changed profile. A user's own change of other fields is no event: it lets no one in, and an event costs
 * more than the change.
 */
export function eventsOf(found: User, next: User, at: Date, isOther: boolean): Event[] {
  const renamed = changedFields(namesByKind(found), namesByKind(next));
  const other = isOther ? changedFields(profileOf(found), profileOf(next)).filter((field) => !renamed.includes(field)) : [];
  const marked = markedKinds(found, next);
  return [
    ...(isRenamed(found, next) ? [{ id: uuidv7(at), type: 'identifiers_changed', userId: found.id, at, fields: renamed } as const] : []),
    ...(marked.length > 0 ? [{ id: uuidv7(at), type: 'address_verified', userId: found.id, at, fields: marked } as const] : []),
    ...(sameRoles(found.roles, next.roles) ? [] : [rolesChanged(found, at)]),
    ...(other.length > 0 ? [{ id: uuidv7(at), type: 'profile_changed', userId: found.id, at, fields: other } as const] : []),
  ];
}

const namesByKind = (user: User) => Object.fromEntries(namesOf(user).map(({ kind, value }) => [kind, value]));

/** What staff can change and no other event tells. An attribute is named with its own name. */
function profileOf({ username, email, mobile, name, attributes }: User): Readonly<Record<string, unknown>> {
  const own = Object.entries(attributes).map(([key, value]) => [`attributes.${key}`, value] as const);
  return { username, email, mobile, name, ...Object.fromEntries(own) };
}

function changedFields(found: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): string[] {
  const names = [...new Set([...Object.keys(found), ...Object.keys(next)])];
  return names.filter((name) => !isDeepStrictEqual(found[name], next[name]));
}
