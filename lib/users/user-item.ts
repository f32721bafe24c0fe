import { emailKey } from '#lib/names/email.ts';
import { usernameKey } from '#lib/names/username.ts';
import { joinedKey, nameKey, shelfOf, startOf, type UserState } from './directory.ts';
import type { Account, Suspension, User } from './user.ts';

/** The attributes of a user's row, as `user-store.dynamo.ts` documents them. */
export type UserItem = {
  id: string;
  username: string;
  username_key: string;
  username_start: string;
  name: string;
  name_key: string;
  name_start: string;
  email: string;
  email_key: string;
  email_start: string;
  mobile?: string;
  mobile_start?: string;
  password: string;
  roles: string[];
  is_active: boolean;
  suspended_at?: string;
  suspended_until?: string;
  suspended_by?: string;
  suspension_reason?: string;
  is_superuser: boolean;
  email_verified: boolean;
  mobile_verified: boolean;
  token_epoch: number;
  version: number;
  avatar?: string;
  date_joined: string;
  joined_key: string;
  directory: string;
  last_login?: string;
  [attribute: `x_${string}`]: unknown;
};

/** What the columns of a project's own attributes begin with, so that none is ever one of ours. */
const attributePrefix = 'x_';

type Names = Pick<User, 'username' | 'name' | 'email' | 'mobile'>;

/** The columns that somebody is called and found by; a mobile number that they have not is not among them. */
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
    email_key: keys.email,
    email_start: startOf('email', keys.email),
    ...(mobile !== undefined && { mobile, mobile_start: startOf('mobile', mobile) }),
  };
}

/** The columns of a suspension. */
function suspensionColumns({ at, until, reason, by }: Suspension) {
  return {
    suspended_at: at.toISOString(),
    ...(until && { suspended_until: until.toISOString() }),
    ...(reason !== undefined && { suspension_reason: reason }),
    ...(by !== undefined && { suspended_by: by }),
  };
}

/** The state that a row is listed under: a suspension that has ended by itself stays on record until somebody lifts it. */
export const stateOf = ({ isActive, suspension }: Pick<User, 'isActive' | 'suspension'>): UserState =>
  isActive && !suspension ? 'active' : 'suspended';

export function toItem(user: User): UserItem {
  const state = stateOf(user);
  return {
    id: user.id,
    ...nameColumns(user),
    password: user.password,
    roles: [...user.roles],
    is_active: state === 'active',
    ...(user.suspension && suspensionColumns(user.suspension)),
    is_superuser: user.isSuperuser,
    email_verified: user.isEmailVerified,
    mobile_verified: user.isMobileVerified,
    token_epoch: user.tokenEpoch,
    version: user.version,
    date_joined: user.dateJoined.toISOString(),
    joined_key: joinedKey(user),
    directory: shelfOf(user.id, state),
    ...(user.avatar !== undefined && { avatar: user.avatar }),
    ...(user.lastLogin && { last_login: user.lastLogin.toISOString() }),
    ...Object.fromEntries(Object.entries(user.attributes).map(([name, value]) => [`${attributePrefix}${name}`, value])),
  };
}

export function fromItem(item: UserItem, now = new Date()): User {
  return {
    ...toAccount(item, now),
    name: item.name,
    mobile: item.mobile,
    roles: item.roles,
    suspension: suspensionOf(item),
    isSuperuser: item.is_superuser,
    isEmailVerified: item.email_verified,
    isMobileVerified: item.mobile_verified,
    version: item.version,
    attributes: attributesIn(item),
    avatar: item.avatar,
    dateJoined: new Date(item.date_joined),
    lastLogin: item.last_login === undefined ? undefined : new Date(item.last_login),
  };
}

type AccountItem = Pick<UserItem, 'id' | 'username' | 'email' | 'password' | 'is_active' | 'suspended_until' | 'token_epoch'>;

/** What a login index holds of a row. */
export function toAccount(item: AccountItem, now = new Date()): Account {
  return {
    id: item.id,
    username: item.username,
    email: item.email,
    password: item.password,
    isActive: isLetIn(item, now),
    tokenEpoch: item.token_epoch,
  };
}

/** A suspension with an end has ended when the clock says so, whether anybody has lifted it or not. */
export function isLetIn({ is_active, suspended_until }: Pick<UserItem, 'is_active' | 'suspended_until'>, now = new Date()): boolean {
  return is_active || (suspended_until !== undefined && new Date(suspended_until) <= now);
}

function suspensionOf(item: UserItem): Suspension | undefined {
  if (item.suspended_at === undefined) return undefined;
  return {
    at: new Date(item.suspended_at),
    until: item.suspended_until === undefined ? undefined : new Date(item.suspended_until),
    reason: item.suspension_reason,
    by: item.suspended_by,
  };
}

function attributesIn(item: UserItem): Record<string, unknown> {
  const own = Object.entries(item).filter(([column]) => column.startsWith(attributePrefix));
  return Object.fromEntries(own.map(([column, value]) => [column.slice(attributePrefix.length), value]));
}
