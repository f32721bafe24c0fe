import { randomId, uuidv7 } from '#lib/ids.ts';
import { emailKey } from '#lib/names/email.ts';
import type { Identifier } from '#lib/names/identifier.ts';
import { usernameKey } from '#lib/names/username.ts';
import type { Event } from '#lib/outbox/event.ts';
import { newUser } from '#lib/users/new-user.ts';
import type { User } from '#lib/users/user.ts';

/** In days to come: DynamoDB Local deletes what has expired, as the real one does. */
const joined = new Date('2099-05-01T08:00:00.000Z');

/** Somebody with names of their own, that nobody else in any test has; but for what is given. */
export function madeUser(given: Partial<User> = {}): User {
  const own = `u${randomId().slice(0, 20)}`;
  const names = { username: own, name: 'Somebody', email: `${own}@example.com`, mobile: madeMobile() };
  return newUser({ ...names, password: 'bcrypt_sha256$$2b$04$nobodyknows', ...given }, joined);
}

/** A mobile number that no other test has. */
export function madeMobile(): string {
  return `+86138${BigInt(`0x${randomId()}`).toString().slice(-8)}`;
}

/** The names a user signs in with. */
export function namesOf({ username, email, mobile }: User): Identifier[] {
  return [
    { kind: 'username', value: usernameKey(username) ?? '' },
    { kind: 'email', value: emailKey(email) ?? '' },
    ...(mobile === undefined ? [] : [{ kind: 'mobile', value: mobile } as const]),
  ];
}

export function registered({ id }: User): Event {
  return { id: uuidv7(joined), type: 'user_registered', userId: id, at: joined };
}
