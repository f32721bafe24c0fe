import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { describeError, log } from '#lib/log.ts';
import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { namesOf } from '#lib/names/names-of.ts';
import { type NewNameRules, readNewNames, usernameField } from '#lib/names/read-names.ts';
import { unusablePassword } from '#lib/passwords/unusable-password.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import { askForFreshLogin, type FreshLogin } from '#lib/sessions/fresh-login.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { addWithUsername } from './add-with-username.ts';
import type { Attributes } from './attributes.ts';
import { refuseToGive, rolesFrom } from './give-roles.ts';
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
  NewNameRules &
  FreshLogin & {
    readonly users: Pick<UserStore, 'add'>;
    readonly declared: Attributes;
    /** What the stage wants proved. */
    readonly wanted: Settings['REGISTER_VERIFIED'];
    readonly now: () => Date;
    /** Sends a link or code to choose a password; undefined if the stage sends no e-mail. */
    readonly invite: ((email: string, asker: Omit<Asker, 'caller'> & { readonly isByStaff: true }) => Promise<unknown>) | undefined;
  };

type Asker = { readonly caller: Caller; readonly client: Client; readonly language: Language };

/**
 * Makes an account for another person. Without a username, the name is the username too, or one is made from it.
 * Addresses are unproved unless the actor vouches for them, which they have to on a stage that wants addresses proved.
 * Without a password, no password matches, and the e-mail address gets a link or code to choose one, so that the actor
 * need not know it (ASVS 6.4.6). Throws `validation_failed` and `identifier_taken` with the fields; `permission_denied`
 * for roles or attributes that the actor may not write; and `fresh_login_required` for roles or vouching without a recent
 * sign-in. The event names the kinds of addresses that the actor vouched for.
 */
export async function createUser(needs: Needs, actor: User, wish: NewUserWish, { caller, ...asker }: Asker): Promise<User> {
  const { names, roles } = readWish(needs, actor, wish);
  const attributes = writeAttributes({ declared: needs.declared, as: seenAs(actor, 'update') }, { attributes: {} }, wish.attributes ?? {});
  const vouched = (wish.proved ?? []).filter((kind) => marksOf(names, wish)[kind === 'email' ? 'isEmailVerified' : 'isMobileVerified']);
  if (roles.length > 0 || vouched.length > 0) await askForFreshLogin(needs, caller, 'not yet');
  const password = wish.password === undefined ? unusablePassword() : await newHash(needs, wish.password);
  const now = needs.now();
  const given = { ...fromForm(wish), ...names, ...marksOf(names, wish), name: wish.name, password, roles, attributes };
  let user = newUser(given, now);
  const outcome = await addWithUsername(needs, { typed: wish, username: names.username }, async (username) => {
    user = newUser({ ...given, username }, now);
    return await needs.users.add(user, namesOf(user), {
      id: uuidv7(now),
      type: 'user_registered',
      userId: user.id,
      at: now,
      fields: vouched,
    });
  });
  if (outcome === 'added' && wish.password === undefined) await invite(needs, user, asker);
  if (outcome === 'added') return user;
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'names are being written by others' });
  throw identifierTaken(outcome.taken, usernameField(wish));
}

/** The user exists by now, so a message that fails is only logged: they ask for another one, or staff tells them to. */
async function invite(needs: Needs, { email }: User, asker: Omit<Asker, 'caller'>): Promise<void> {
  await needs
    .invite?.(email, { ...asker, isByStaff: true })
    .catch((error: unknown) => log.warn('password_link_not_sent', describeError(error)));
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
  if (wish.roles?.length) refuseToGive(actor, [], 'phrase' in roles ? undefined : roles);
  if ('phrase' in roles) all['roles'] = [roles];
  if (!isProvedEnough(needs.wanted, marksOf(names, wish)))
    for (const kind of wantedKinds(needs.wanted)) all[kind] ??= [{ phrase: 'address_unproved' }];
  if ('phrase' in roles || Object.keys(all).length > 0) throw new Problem('validation_failed', { errors: all });
  return { names, roles };
}
