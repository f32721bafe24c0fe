import { byField } from '#lib/users/user-fields.ts';

/** Whose username is replaced where it will not do: nobody's, theirs who can go on signing in with what they typed, or everybody's. */
export const renamings = ['none', 'own', 'all'] as const;

/** What whoever imports has decided about what does not fit. */
export type Rules = {
  /** Our name of a field to the file's. */
  readonly names: ReadonlyMap<string, string>;
  /** The file's name of a role or group to ours; empty: nobody gets it. */
  readonly roles: ReadonlyMap<string, string>;
  readonly renaming: (typeof renamings)[number];
  /** Whether who has no e-mail address that will do gets one that no mail ever reaches, and so with one that somebody before them has. */
  readonly isWithoutEmail: boolean;
  readonly isDoubledEmail: boolean;
  readonly isMobileDropped: boolean;
  readonly isHashDropped: boolean;
  /** Whether tokens that others signed go on being good: they are of the epoch 0 (docs/decisions/0026). */
  readonly isOldTokenHonoured: boolean;
  /** Whose national mobile numbers are understood (ISO 3166). */
  readonly region: string;
};

/** The fields that a file's can be named for. */
export const ourFields: readonly string[] = [
  'id',
  ...Object.keys(byField('longest', () => true)),
  'first_name',
  'last_name',
  'password',
  'roles',
  'groups',
  'is_active',
  'is_staff',
  'is_superuser',
  'email_verified',
  'mobile_verified',
  'date_joined',
  'last_login',
];
