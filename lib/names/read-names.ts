import type { FieldError } from '#lib/problem.ts';
import type { User } from '#lib/users/user.ts';
import { isReserved, newUsername } from './drawn-marks.ts';
import { shownEmail, wrongEmail } from './email.ts';
import { madeUsername } from './made-username.ts';
import { mobileNumber } from './mobile.ts';
import { usernameKey } from './username.ts';

export type NameRules = {
  /** The country (ISO 3166) whose national mobile numbers are understood. */
  readonly region: string;
  readonly reservedUsernames: ReadonlySet<string>;
};

type Names = Pick<User, 'username' | 'email' | 'mobile'>;
type Typed = { readonly username?: string | undefined; readonly email?: string | undefined; readonly mobile?: string | null | undefined };

/**
 * Reads the names that a user is to have, and says by field what is wrong with them. A name that was not typed, or that
 * the user has already, stays as it is: an imported name may break today's rules, and is kept.
 */
export function readNames({ region, reservedUsernames }: NameRules, typed: Typed, before: Names) {
  const errors: Record<string, readonly FieldError[]> = {};
  let names: Names = { username: before.username, email: before.email, mobile: before.mobile };
  if (typed.username !== undefined && typed.username !== before.username) {
    const [shown, key] = [newUsername(typed.username), usernameKey(typed.username)];
    if (shown === undefined || key === undefined) errors['username'] = [{ phrase: 'invalid_username' }];
    else if (isReserved(shown, reservedUsernames) && key !== usernameKey(before.username))
      errors['username'] = [{ phrase: 'reserved_username' }];
    else names = { ...names, username: shown };
  }
  if (typed.email !== undefined && typed.email !== before.email) {
    const email = shownEmail(typed.email);
    if (email === undefined) errors['email'] = [{ phrase: wrongEmail(typed.email) }];
    else names = { ...names, email };
  }
  if (typed.mobile === null) names = { ...names, mobile: undefined };
  else if (typed.mobile !== undefined && typed.mobile !== before.mobile) {
    const mobile = mobileNumber(typed.mobile, region);
    if (mobile === undefined) errors['mobile'] = [{ phrase: 'invalid_mobile' }];
    else names = { ...names, mobile };
  }
  return { names, errors };
}

type NewNames = Typed & { readonly name: string; readonly email: string };

export type NewNameRules = NameRules & {
  /** A random whole number from 0 to below the limit. */
  readonly pickBelow: (limit: number) => number;
};

/**
 * Reads the names of a new user. Without a username, the name is the username too, and its error is of the field `name`.
 * If the name cannot be a username, one is made from it.
 */
export function readNewNames(rules: NewNameRules, typed: NewNames) {
  const username = typed.username ?? (needsUsername(typed) ? madeUsername(typed.name, 0, rules) : typed.name);
  const { names, errors } = readNames(rules, { ...typed, username }, { username: '', email: '' });
  const { username: wrong, ...others } = errors;
  return { names, errors: wrong ? { [usernameField(typed)]: wrong, ...others } : others };
}

/** Whether a username has to be made, because none was typed and the name cannot be one. */
export function needsUsername({ username, name }: Pick<NewNames, 'username' | 'name'>): boolean {
  return username === undefined && newUsername(name) === undefined;
}

/** The field that the username of a new user was typed into. */
export function usernameField({ username }: Pick<Typed, 'username'>): 'username' | 'name' {
  return username === undefined ? 'name' : 'username';
}
