import type { Action } from '#lib/caller/action.ts';
import type { User } from './user.ts';

export const subjects = ['self', 'users', 'all'] as const;

/** Something that somebody may do. `manage` is every action, `all` is every subject; `grant` is giving and taking roles. */
export type Ability = { readonly action: Action; readonly subject: (typeof subjects)[number] };

/** What everybody may do. */
const everybody: readonly Ability[] = [
  { action: 'read', subject: 'self' },
  { action: 'update', subject: 'self' },
  { action: 'delete', subject: 'self' },
];

/** What a superuser may do. */
const superuser: readonly Ability[] = [{ action: 'manage', subject: 'all' }];

/** What a role brings beside that; a role that is not here is the application's own, and brings nothing. This is the place to add yours. */
const byRole: Readonly<Record<string, readonly Ability[]>> = {
  staff: [
    { action: 'read', subject: 'users' },
    { action: 'create', subject: 'users' },
    { action: 'update', subject: 'users' },
    { action: 'suspend', subject: 'users' },
    { action: 'delete', subject: 'users' },
  ],
};

/** What somebody may do, each once: shown in `/userInfo/` and in access tokens, and what the endpoints judge by (`isAble`). */
export function abilitiesOf({ isSuperuser, roles }: Pick<User, 'isSuperuser' | 'roles'>): readonly Ability[] {
  if (isSuperuser) return superuser;
  const brought = roles.flatMap((role) => (Object.hasOwn(byRole, role) ? (byRole[role] ?? []) : []));
  return [...new Map([...everybody, ...brought].map((ability) => [`${ability.action} ${ability.subject}`, ability])).values()];
}

/** Whether somebody may do this to users who are not they themselves. */
export function isAble(user: Pick<User, 'isSuperuser' | 'roles'>, action: Ability['action']): boolean {
  return abilitiesOf(user).some((ability) => ability.subject !== 'self' && (ability.action === action || ability.action === 'manage'));
}

/** The longest list of abilities there can be: every role at once. */
export function longestAbilities(): readonly Ability[] {
  return abilitiesOf({ isSuperuser: false, roles: Object.keys(byRole) });
}
