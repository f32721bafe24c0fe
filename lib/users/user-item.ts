import { emailKey } from './email.ts';
import type { Account, User } from './user.ts';
import { usernameKey } from './username.ts';

/** The attributes of a user's row, as `user-store.dynamo.ts` documents them. */
export type UserItem = {
  id: string;
  username: string;
  username_key: string;
  name: string;
  email: string;
  email_key: string;
  mobile?: string;
  password: string;
  roles: string[];
  is_active: boolean;
  is_superuser: boolean;
  email_verified: boolean;
  mobile_verified: boolean;
  token_epoch: number;
  avatar?: string;
  date_joined: string;
  last_login?: string;
};

export function toItem(user: User): UserItem {
  return {
    id: user.id,
    username: user.username,
    username_key: usernameKey(user.username) ?? user.username,
    name: user.name,
    email: user.email,
    email_key: emailKey(user.email) ?? user.email,
    password: user.password,
    roles: [...user.roles],
    is_active: user.isActive,
    is_superuser: user.isSuperuser,
    email_verified: user.isEmailVerified,
    mobile_verified: user.isMobileVerified,
    token_epoch: user.tokenEpoch,
    date_joined: user.dateJoined.toISOString(),
    ...(user.mobile !== undefined && { mobile: user.mobile }),
    ...(user.avatar !== undefined && { avatar: user.avatar }),
    ...(user.lastLogin && { last_login: user.lastLogin.toISOString() }),
  };
}

export function fromItem(item: UserItem): User {
  return {
    ...toAccount(item),
    name: item.name,
    mobile: item.mobile,
    roles: item.roles,
    isSuperuser: item.is_superuser,
    isEmailVerified: item.email_verified,
    isMobileVerified: item.mobile_verified,
    avatar: item.avatar,
    dateJoined: new Date(item.date_joined),
    lastLogin: item.last_login === undefined ? undefined : new Date(item.last_login),
  };
}

/** What a login index holds of a row. */
export function toAccount(item: Pick<UserItem, 'id' | 'username' | 'email' | 'password' | 'is_active' | 'token_epoch'>): Account {
  return {
    id: item.id,
    username: item.username,
    email: item.email,
    password: item.password,
    isActive: item.is_active,
    tokenEpoch: item.token_epoch,
  };
}
