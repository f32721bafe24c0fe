import { uuidv7 } from '#lib/ids.ts';
import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NewNameRules, readNewNames, usernameField } from '#lib/names/read-names.ts';
import { unusablePassword } from '#lib/passwords/unusable-password.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { isAble } from './abilities.ts';
import { addWithUsername } from './add-with-username.ts';
import type { Attributes } from './attributes.ts';
import { rolesFrom } from './give-roles.ts';
import { seenAs } from './judge.ts';
import { type NewHash, type NewPasswordRules, newHash, newPasswordErrors } from './new-password.ts';
import { newUser } from './new-user.ts';
import type { NewUserWish } from './profile-form.ts';
import { isProvedEnough, vouchedFor, wantedKinds } from './proved-addresses.ts';
import type { User } from './user.ts';
import { fromForm } from './user-json.ts';
import type { UserStore } from './user-store.ts';
import { writeAttributes } from './write-attributes.ts';

type Needs = NewPasswordRules &
  NewHash &
  NewNameRules & {
    readonly users: Pick<UserStore, 'add'>;
    readonly declared: Attributes;
    /** What the stage wants proved. */
    readonly wanted: Settings['REGISTER_VERIFIED'];
    readonly now: () => Date;
  };

/**
 * Makes an account for another person. Without a username, the name is the username too, or one is made from it. Addresses are unproved unless the actor vouches for them, which they have to on a
 * stage that wants addresses proved. Without a password, no password matches until the user
 * gets one. Throws `validation_failed` and `identifier_taken` with the fields, and `permission_denied` for roles or
 * attributes that the actor may not write.
 */
export async function createUser(needs: Needs, actor: User, wish: NewUserWish): Promise<User> {
  const { names, roles } = readWish(needs, actor, wish);
  const attributes = writeAttributes({ declared: needs.declared, as: seenAs(actor, 'update') }, { attributes: {} }, wish.attributes ?? {});
  const password = wish.password === undefined ? unusablePassword() : await newHash(needs, wish.password);
  const now = needs.now();
  const given = { ...fromForm(wish), ...names, ...marksOf(names, wish), name: wish.name, password, roles, attributes };
  let user = newUser(given, now);
  const outcome = await addWithUsername(needs, { typed: wish, username: names.username }, async (username) => {
    user = newUser({ ...given, username }, now);
    return await needs.users.add(user, namesOf(user), { id: uuidv7(now), type: 'user_registered', userId: user.id, at: now });
  });
  if (outcome === 'added') return user;
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'names are being written by others' });
  throw identifierTaken(outcome.taken, usernameField(wish));
}

const marksOf = (names: Pick<User, 'email' | 'mobile'>, { proved = [] }: NewUserWish) =>
  vouchedFor({ ...names, isEmailVerified: false, isMobileVerified: false }, proved);

function readWish(needs: Needs, actor: User, wish: NewUserWish) {
  const { names, errors } = readNewNames(needs, wish);
  const all: Record<string, readonly FieldError[]> = { ...errors };
  const typed = { username: wish.username ?? wish.name, name: wish.name, email: wish.email, mobile: names.mobile };
  const weak = wish.password === undefined ? [] : newPasswordErrors(wish.password, typed, needs);
  if (weak.length > 0) all['password'] = weak;
  const roles = rolesFrom(wish.roles ?? []);
  if ('phrase' in roles) all['roles'] = [roles];
  else if (roles.length > 0 && !isAble(actor, 'grant')) throw new Problem('permission_denied', { reason: 'gives roles' });
  if (!isProvedEnough(needs.wanted, marksOf(names, wish)))
    for (const kind of wantedKinds(needs.wanted)) all[kind] ??= [{ phrase: 'address_unproved' }];
  if ('phrase' in roles || Object.keys(all).length > 0) throw new Problem('validation_failed', { errors: all });
  return { names, roles };
}
