import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import type { Precondition } from '#lib/http/if-match.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NameRules, readNames } from '#lib/names/read-names.ts';
import type { Event } from '#lib/outbox/event.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import { askForFreshLogin, type FreshLogin } from '#lib/sessions/fresh-login.ts';
import { isAble } from './abilities.ts';
import type { Attributes } from './attributes.ts';
import { rolesChanged, rolesFrom, sameRoles } from './give-roles.ts';
import { type Acting, refuseToTouch, seenAs } from './judge.ts';
import type { ProfileWish } from './profile-form.ts';
import { type Rewriting, rewrite } from './rewrite.ts';
import { type TellingExchanges, tellExchange } from './tell-exchange.ts';
import type { User } from './user.ts';
import { fromForm } from './user-json.ts';
import { replaceAttributes, writeAttributes } from './write-attributes.ts';

type Needs = Rewriting & NameRules & FreshLogin & TellingExchanges & { readonly declared: Attributes };
/** `isWhole`: missing attributes are emptied. */
type How = {
  readonly precondition: Precondition | undefined;
  readonly isWhole: boolean;
  readonly caller: Caller;
  readonly client: Client;
  readonly language: Language;
};

/**
 * Changes a profile, and returns the user as they are then. A changed e-mail address or number is no longer proved.
 * Without a difference, nothing is written. Callers who change names of their own need a recent sign-in, and the old
 * address gets a message with a way back. Throws `precondition_failed`; `fresh_login_required`; `throttled` after ten
 * exchanges that can still be undone; `validation_failed` and `identifier_taken` with the fields; `permission_denied`
 * for a change of roles or attributes that the actor may not write; and the problems of `rewrite`.
 */
export async function updateProfile(
  needs: Needs,
  { actor, user }: Acting,
  wish: ProfileWish,
  { precondition, isWhole, caller, ...asker }: How,
): Promise<User> {
  return await rewrite(needs, user, async (found) => {
    refuseToTouch(actor, found);
    if (precondition && !precondition.isMet(found.version)) throw new Problem('precondition_failed');
    const { names, roles } = readWish(needs, wish, { actor, user: found });
    const writer = { declared: needs.declared, as: seenAs(actor, 'update') };
    const attributes = (isWhole ? replaceAttributes : writeAttributes)(writer, found, wish.attributes ?? {});
    const next = withChanges(found, { ...fromForm(wish), ...names, roles, attributes });
    if (isDeepStrictEqual(next, found)) return undefined;
    const now = needs.now();
    const change = { next, events: eventsOf(found, next, now), isExact: precondition !== undefined };
    if (actor.id !== user.id || !isRenamed(found, next)) return change;
    await askForFreshLogin(needs, caller, user.id);
    return { ...change, exchange: await tellExchange(needs, found, next, { ...asker, now }) };
  });
}

function readWish(rules: NameRules, wish: ProfileWish, { actor, user }: Acting) {
  const { names, errors } = readNames(rules, wish, user);
  const roles = rolesWanted(actor, user, wish.roles);
  const all: Record<string, readonly FieldError[]> = { ...errors, ...('phrase' in roles && { roles: [roles] }) };
  if ('phrase' in roles || Object.keys(all).length > 0) throw new Problem('validation_failed', { errors: all });
  return { names, roles };
}

/** Every caller may send the present roles, which changes nothing. */
function rolesWanted(actor: User, user: User, typed: readonly string[] | undefined): readonly string[] | FieldError {
  if (typed === undefined || sameRoles(typed, user.roles)) return user.roles;
  if (!isAble(actor, 'grant')) throw new Problem('permission_denied', { reason: 'gives or takes roles' });
  return rolesFrom(typed);
}

/** Clears the mark of an address whose key changes: it is another address, which is not proved. */
function withChanges(found: User, changes: Partial<User>): User {
  const next = { ...found, ...changes };
  const [before, after] = [namesOf(found), namesOf(next)];
  const isKept = (kind: string) => before.find((name) => name.kind === kind)?.value === after.find((name) => name.kind === kind)?.value;
  return {
    ...next,
    isEmailVerified: found.isEmailVerified && isKept('email'),
    isMobileVerified: found.isMobileVerified && isKept('mobile'),
  };
}

const isRenamed = (found: User, next: User) => !isDeepStrictEqual(namesOf(found), namesOf(next));

function eventsOf(found: User, next: User, at: Date): Event[] {
  return [
    ...(isRenamed(found, next) ? [{ id: uuidv7(at), type: 'identifiers_changed', userId: found.id, at } as const] : []),
    ...(sameRoles(found.roles, next.roles) ? [] : [rolesChanged(found, at)]),
  ];
}
