import type { User } from './user.ts';

/** Something a user interface may offer. It grants nothing: every endpoint judges for itself. */
export type Ability = { readonly action: 'read' | 'update' | 'manage'; readonly subject: 'self' | 'all' };

/**
 * What somebody may do here: everybody reads and changes their own record, a superuser manages everything. Roles are the
 * application's, and bring no ability of their own.
 */
export function abilitiesOf({ isSuperuser }: Pick<User, 'isSuperuser' | 'roles'>): Ability[] {
  if (isSuperuser) return [{ action: 'manage', subject: 'all' }];
  return [
    { action: 'read', subject: 'self' },
    { action: 'update', subject: 'self' },
  ];
}
