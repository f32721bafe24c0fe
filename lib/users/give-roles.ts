import { uuidv7 } from '#lib/ids.ts';
import type { Event } from '#lib/outbox/event.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import { isAble, mayGive } from './abilities.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import { longestRoles, mostRoles, roleName, rolesFit } from './role.ts';
import type { User } from './user.ts';

/**
 * Gives a user some roles and takes others away, whichever they have already. For the command line: abilities are not
 * checked. Throws `validation_failed` if a role is invalid or there are too many, and the problems of `rewrite`.
 */
export async function changeRoles(
  needs: Rewriting & { readonly now: () => Date },
  user: User,
  { given, taken }: { readonly given: readonly string[]; readonly taken: readonly string[] },
): Promise<User> {
  return await rewrite(needs, user, (found) => {
    const without = rolesFrom(taken);
    const kept = found.roles.filter((role) => 'phrase' in without || !without.includes(role));
    const roles = 'phrase' in without ? without : rolesFrom([...kept, ...given]);
    if ('phrase' in roles) throw new Problem('validation_failed', { errors: { roles: [roles] } });
    if (sameRoles(found.roles, roles)) return undefined;
    return { next: { ...found, roles }, events: [rolesChanged(found, needs.now())], isExact: false };
  });
}

/** The roles as they are stored, each once, or the error. */
export function rolesFrom(typed: readonly string[]): readonly string[] | FieldError {
  const names = typed.map(roleName);
  const roles = [...new Set(names.filter((name) => name !== undefined))];
  if (names.includes(undefined)) return { phrase: 'invalid_role' };
  return rolesFit(roles) ? roles : { phrase: 'too_many_roles', values: { limit: mostRoles, bytes: longestRoles } };
}

/**
 * Throws `permission_denied` if the actor may not give or take one of the roles that differ. `next` is undefined if the
 * roles as typed are invalid: then only actors who may give roles at all learn why.
 */
export function refuseToGive(actor: User, before: readonly string[], next: readonly string[] | undefined): void {
  const differ = [...before.filter((role) => !next?.includes(role)), ...(next ?? []).filter((role) => !before.includes(role))];
  const isRefused = next ? !differ.every((role) => mayGive(actor, role)) : !isAble(actor, 'grant');
  if (isRefused) throw new Problem('permission_denied', { reason: 'gives or takes a role they may not give' });
}

/** Whether two lists have the same roles, in any order. */
export function sameRoles(one: readonly string[], other: readonly string[]): boolean {
  return new Set(one).size === new Set(other).size && one.every((role) => other.includes(role));
}

export function rolesChanged({ id }: Pick<User, 'id'>, at: Date): Event {
  return { id: uuidv7(at), type: 'roles_changed', userId: id, at, fields: ['roles'] };
}
