import { emailKey } from '#lib/names/email.ts';
import { usernameKey } from '#lib/names/username.ts';
import { joinedKey, nameKey, shelfOf, startOf, type UserState } from './directory.ts';
import type { Account, Suspension, User } from './user.ts';
import type { UserJson } from './user-fields.ts';
import { fromJson, toJson } from './user-json.ts';

/**
 * The attributes of a user's row, as `user-store.dynamo.ts` documents them. An optional field that the user lacks has
 * none.
 */
export type UserItem = Columns &
  Partial<SuspensionColumns> &
  ReturnType<typeof nameColumns> & { joined_key: string; directory: string; [attribute: `x_${string}`]: unknown };

type Lacking = { [Name in keyof UserJson]: null extends UserJson[Name] ? Name : never }[keyof UserJson];
type Columns = Omit<UserJson, Lacking | 'attributes'> & { [Name in Exclude<Lacking, 'suspension'>]?: NonNullable<UserJson[Name]> };
type SuspensionColumns = Record<(typeof suspensionColumns)[keyof typeof suspensionColumns], string>;

const suspensionColumns = {
  at: 'suspended_at',
  until: 'suspended_until',
  reason: 'suspension_reason',
  by: 'suspended_by',
} as const satisfies Record<keyof Suspension, string>;

/** The prefix of a project's own attributes, so that they never collide with ours. */
const attributePrefix = 'x_';

type Names = Pick<User, 'username' | 'name' | 'email' | 'mobile'>;

/**
 * The columns of the names of a user, and of the indexes that find them. Without a mobile number, its columns are
 * absent; without an e-mail address, those of its index are.
 */
export function nameColumns({ username, name, email, mobile }: Names) {
  const keys = { username: usernameKey(username) ?? username, email: emailKey(email) ?? email, name: nameKey(name) };
  return {
    username,
    username_key: keys.username,
    username_start: startOf('username', keys.username),
    name,
    name_key: keys.name,
    name_start: startOf('name', keys.name),
    email,
    ...(email !== '' && { email_key: keys.email, email_start: startOf('email', keys.email) }),
    ...(mobile !== undefined && { mobile, mobile_start: startOf('mobile', mobile) }),
  };
}

/** The state that a row is listed under. A suspension that has expired stays on record until it is lifted. */
export const stateOf = ({ isActive, suspension }: Pick<User, 'isActive' | 'suspension'>): UserState =>
  isActive && !suspension ? 'active' : 'suspended';

export function toItem(user: User): UserItem {
  const { suspension, attributes, ...json } = toJson(user);
  const state = stateOf(user);
  const columns = [
    ...Object.entries(json),
    ...Object.entries(suspension ?? {}).map(([part, value]) => [suspensionColumns[part as keyof Suspension], value] as const),
  ].filter(([, value]) => value !== null);
  const own = Object.entries(attributes).map(([name, value]) => [`${attributePrefix}${name}`, value]);
  return {
    ...Object.fromEntries([...columns, ...own]),
    ...nameColumns(user),
    is_active: state === 'active',
    joined_key: joinedKey(user),
    directory: shelfOf(user.id, state),
  };
}

export function fromItem(item: UserItem, now: Date): User {
  return fromJson({ ...item, is_active: isLetIn(item, now), suspension: suspensionIn(item), attributes: attributesIn(item) });
}

type AccountItem = Pick<UserItem, 'id' | 'username' | 'email' | 'password' | 'is_active' | 'suspended_until' | 'token_epoch'>;

/** Reads the part of a row that a login index has. */
export function toAccount(item: AccountItem, now: Date): Account {
  return {
    id: item.id,
    username: item.username,
    email: item.email,
    password: item.password,
    isActive: isLetIn(item, now),
    tokenEpoch: item.token_epoch,
  };
}

/** Whether a row lets its user in. A suspension with an end is over at that moment, lifted or not. */
export function isLetIn({ is_active, suspended_until }: Pick<UserItem, 'is_active' | 'suspended_until'>, now: Date): boolean {
  return is_active || (suspended_until !== undefined && new Date(suspended_until) <= now);
}

function suspensionIn(item: UserItem): Readonly<Record<string, unknown>> | undefined {
  if (item.suspended_at === undefined) return undefined;
  return Object.fromEntries(Object.entries(suspensionColumns).map(([part, column]) => [part, item[column] ?? null]));
}

function attributesIn(item: UserItem): Record<string, unknown> {
  const own = Object.entries(item).filter(([column]) => column.startsWith(attributePrefix));
  return Object.fromEntries(own.map(([column, value]) => [column.slice(attributePrefix.length), value]));
}
