import type { Settings } from '#lib/settings/catalogue.ts';
import type { AddressKind } from '#lib/users/proved-addresses.ts';
import { byField } from '#lib/users/user-fields.ts';

/** Which invalid usernames are replaced: none, those of users who can go on signing in with what they typed, or all. */
export const renamings = ['none', 'own', 'all'] as const;

/** The decisions of the person who imports, on values that do not fit. */
export type Rules = {
  /** Our name of a field to the file's. */
  readonly names: ReadonlyMap<string, string>;
  /** Our role for each role or group of the file; empty: it is dropped. */
  readonly roles: ReadonlyMap<string, string>;
  readonly renaming: (typeof renamings)[number];
  /** Whether a user without a valid and free e-mail address gets one that no mail ever reaches. */
  readonly isWithoutEmail: boolean;
  readonly isDoubledEmail: boolean;
  readonly isMobileDropped: boolean;
  readonly isHashDropped: boolean;
  /** The kinds of addresses that count as proved, whatever the file says: the operator vouches for them. */
  readonly proved: readonly AddressKind[];
  /** The kind of address that the stage wants proved. */
  readonly wanted: Settings['REGISTER_VERIFIED'];
  /** Whether tokens of other issuers stay valid: they have the epoch 0 (docs/decisions/0026). */
  readonly isOldTokenHonoured: boolean;
  /** The country of mobile numbers without a country code (ISO 3166). */
  readonly region: string;
};

/** The fields that a field of the file can be mapped to. */
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
