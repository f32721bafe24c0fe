import type { Action } from '#lib/caller/action.ts';
import type { User } from './user.ts';

export const subjects = ['self', 'users', 'all'] as const;

/**
 * An action that a user may take on a subject. `manage` is every action, `all` is every subject; `grant` is giving and
 * taking the roles that the user has (`mayGive`).
 */
export type Ability = { readonly action: Action; readonly subject: (typeof subjects)[number] };

/** The abilities of every user. */
const everybody: readonly Ability[] = [
  { action: 'read', subject: 'self' },
  { action: 'update', subject: 'self' },
  { action: 'delete', subject: 'self' },
];

/** The abilities of a superuser. */
const superuser: readonly Ability[] = [{ action: 'manage', subject: 'all' }];

/**
 * The abilities that a role adds. A role that is not listed belongs to the application and adds none. Add yours here.
 */
const byRole: Readonly<Record<string, readonly Ability[]>> = {
  staff: [
    { action: 'read', subject: 'users' },
    { action: 'create', subject: 'users' },
    { action: 'update', subject: 'users' },
    { action: 'suspend', subject: 'users' },
    { action: 'delete', subject: 'users' },
  ],
};

/**
 * The abilities of a user, each once. `/userInfo/` and access tokens show them, and the endpoints check them
 * (`isAble`).
 */
export function abilitiesOf({ isSuperuser, roles }: Pick<User, 'isSuperuser' | 'roles'>): readonly Ability[] {
  if (isSuperuser) return superuser;
  const brought = roles.flatMap((role) => (Object.hasOwn(byRole, role) ? (byRole[role] ?? []) : []));
  return [...new Map([...everybody, ...brought].map((ability) => [`${ability.action} ${ability.subject}`, ability])).values()];
}

/** Whether a user may do this to other users. */
export function isAble(user: Pick<User, 'isSuperuser' | 'roles'>, action: Ability['action']): boolean {
  return abilitiesOf(user).some((ability) => ability.subject !== 'self' && (ability.action === action || ability.action === 'manage'));
}

/**
 * Whether a user may give a role to other users, and take it from them. A superuser may give every role. Others need the
 * ability `grant`, and the role itself: otherwise they could give a second account more than they have (ASVS 8.2.1).
 */
export function mayGive(user: Pick<User, 'isSuperuser' | 'roles'>, role: string): boolean {
  return user.isSuperuser || (isAble(user, 'grant') && user.roles.includes(role));
}

/** The longest list of abilities there can be: every role at once. */
export function longestAbilities(): readonly Ability[] {
  return abilitiesOf({ isSuperuser: false, roles: Object.keys(byRole) });
}
