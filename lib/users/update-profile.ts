import { isDeepStrictEqual } from 'node:util';
import type { Precondition } from '#lib/http/if-match.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Event } from '#lib/outbox/event.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import { isAble } from './abilities.ts';
import type { Attributes } from './attributes.ts';
import { rolesChanged, rolesFrom, sameRoles } from './give-roles.ts';
import { type Acting, refuseToTouch, seenAs } from './judge.ts';
import { namesOf } from './names-of.ts';
import { type NameRules, readNames } from './read-names.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import type { User } from './user.ts';
import { replaceAttributes, writeAttributes } from './write-attributes.ts';

/** What a profile is to be. What is not named stays as it is; null empties. */
export type ProfileWish = {
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly mobile?: string | null | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly roles?: readonly string[] | undefined;
};

type Needs = Rewriting & NameRules & { readonly declared: Attributes; readonly now: () => Date };
/** `isWhole`: attributes that are not named are emptied. */
type How = { readonly precondition: Precondition | undefined; readonly isWhole: boolean };

/**
 * Changes a profile, and shows the user as they are then. An e-mail address or a number that changes is proved no longer. Where nothing differs, nothing is written. Throws
 * `precondition_failed`; `validation_failed` and `identifier_taken` with the fields; `permission_denied` where roles or attributes
 * differ that the actor may not write; and what `rewrite` does.
 */
export async function updateProfile(
  needs: Needs,
  { actor, user }: Acting,
  wish: ProfileWish,
  { precondition, isWhole }: How,
): Promise<User> {
  return await rewrite(needs, user, (found) => {
    refuseToTouch(actor, found);
    if (precondition && !precondition.isMet(found.version)) throw new Problem('precondition_failed');
    const { names, roles } = readWish(needs, wish, { actor, user: found });
    const writer = { declared: needs.declared, as: seenAs(actor, 'update') };
    const attributes = (isWhole ? replaceAttributes : writeAttributes)(writer, found, wish.attributes ?? {});
    const next = withNames({ ...found, name: wish.name ?? found.name, roles, attributes }, names);
    if (isDeepStrictEqual(next, found)) return undefined;
    return { next, events: eventsOf(found, next, needs.now()), isExact: precondition !== undefined };
  });
}

function readWish(rules: NameRules, wish: ProfileWish, { actor, user }: Acting) {
  const { names, errors } = readNames(rules, wish, user);
  const roles = rolesWanted(actor, user, wish.roles);
  const all: Record<string, readonly FieldError[]> = { ...errors, ...('phrase' in roles && { roles: [roles] }) };
  if ('phrase' in roles || Object.keys(all).length > 0) throw new Problem('validation_failed', { errors: all });
  return { names, roles };
}

/** Roles may be named by everybody as they are, which changes nothing. */
function rolesWanted(actor: User, user: User, typed: readonly string[] | undefined): readonly string[] | FieldError {
  if (typed === undefined || sameRoles(typed, user.roles)) return user.roles;
  if (!isAble(actor, 'grant')) throw new Problem('permission_denied', { reason: 'gives or takes roles' });
  return rolesFrom(typed);
}

/** Names of another key are other names: whoever proved the old one has not proved this. */
function withNames(user: User, names: Pick<User, 'username' | 'email' | 'mobile'>): User {
  const [before, after] = [namesOf(user), namesOf({ ...user, ...names })];
  const isKept = (kind: string) => before.find((name) => name.kind === kind)?.value === after.find((name) => name.kind === kind)?.value;
  return {
    ...user,
    ...names,
    isEmailVerified: user.isEmailVerified && isKept('email'),
    isMobileVerified: user.isMobileVerified && isKept('mobile'),
  };
}

function eventsOf(found: User, next: User, at: Date): Event[] {
  const isRenamed = !isDeepStrictEqual(namesOf(found), namesOf(next));
  return [
    ...(isRenamed ? [{ id: uuidv7(at), type: 'identifiers_changed', userId: found.id, at } as const] : []),
    ...(sameRoles(found.roles, next.roles) ? [] : [rolesChanged(found, at)]),
  ];
}
