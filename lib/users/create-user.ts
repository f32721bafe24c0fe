import { uuidv7 } from '#lib/ids.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NameRules, readNames } from '#lib/names/read-names.ts';
import type { Passwords } from '#lib/passwords/passwords.ts';
import { unusablePassword } from '#lib/passwords/unusable-password.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import { isAble } from './abilities.ts';
import type { Attributes } from './attributes.ts';
import { rolesFrom } from './give-roles.ts';
import { seenAs } from './judge.ts';
import { type NewPasswordRules, newPasswordErrors } from './new-password.ts';
import { newUser } from './new-user.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';
import { writeAttributes } from './write-attributes.ts';

/** Somebody new, as who looks after users fills them in. */
export type Newcomer = {
  readonly name: string;
  readonly username?: string | undefined;
  readonly email: string;
  readonly mobile?: string | undefined;
  readonly password?: string | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly roles?: readonly string[] | undefined;
};

type Needs = NewPasswordRules &
  NameRules & {
    readonly users: Pick<UserStore, 'add'>;
    readonly passwords: Pick<Passwords, 'hash'>;
    readonly declared: Attributes;
    readonly now: () => Date;
  };

/**
 * Makes somebody an account; nothing of theirs is proved. Without a password none matches, until they are given one. Throws `validation_failed` and
 * `identifier_taken` with the fields, and `permission_denied` for roles or attributes that the actor may not write.
 */
export async function createUser(needs: Needs, actor: User, wish: Newcomer): Promise<User> {
  const { names, roles } = readWish(needs, actor, wish);
  const attributes = writeAttributes({ declared: needs.declared, as: seenAs(actor, 'update') }, { attributes: {} }, wish.attributes ?? {});
  const password = wish.password === undefined ? unusablePassword() : await needs.passwords.hash(wish.password);
  const now = needs.now();
  const user = newUser({ ...names, name: wish.name, password, roles, attributes }, now);
  const outcome = await needs.users.add(user, namesOf(user), { id: uuidv7(now), type: 'user_registered', userId: user.id, at: now });
  if (outcome === 'added') return user;
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'names are being written by others' });
  const field = (kind: string) => (kind === 'username' && wish.username === undefined ? 'name' : kind);
  throw new Problem('identifier_taken', {
    errors: Object.fromEntries(outcome.taken.map((kind) => [field(kind), [{ phrase: `${kind}_taken` as const }]])),
  });
}

function readWish(needs: Needs, actor: User, wish: Newcomer) {
  const { name, username = name, email, mobile } = wish;
  const { names, errors } = readNames(needs, { username, email, mobile }, { username: '', email: '' });
  const all: Record<string, readonly FieldError[]> = Object.fromEntries(
    Object.entries(errors).map(([field, list]) => [field === 'username' && wish.username === undefined ? 'name' : field, list]),
  );
  const weak = wish.password === undefined ? [] : newPasswordErrors(wish.password, { username, email, mobile: names.mobile }, needs);
  if (weak.length > 0) all['password'] = weak;
  const roles = rolesFrom(wish.roles ?? []);
  if ('phrase' in roles) all['roles'] = [roles];
  else if (roles.length > 0 && !isAble(actor, 'grant')) throw new Problem('permission_denied', { reason: 'gives roles' });
  if ('phrase' in roles || Object.keys(all).length > 0) throw new Problem('validation_failed', { errors: all });
  return { names, roles };
}
