import type { User } from '#lib/users/user.ts';
import { emailKey } from './email.ts';
import type { Identifier } from './identifier.ts';
import { usernameKey } from './username.ts';

/** The names a user signs in with, as the identifiers table has them. Who lost their e-mail address has none. */
export function namesOf({ username, email, mobile }: Pick<User, 'username' | 'email' | 'mobile'>): Identifier[] {
  return [
    { kind: 'username', value: usernameKey(username) ?? username },
    ...(email === '' ? [] : [{ kind: 'email', value: emailKey(email) ?? email } as const]),
    ...(mobile === undefined ? [] : [{ kind: 'mobile', value: mobile } as const]),
  ];
}
