import { refuseUnsoundHooks } from '#lib/hooks/check-hooks.ts';
import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { type Ability, abilitiesOf } from '#lib/users/abilities.ts';
import { longestRoles, rolesFit } from '#lib/users/role.ts';
import type { User } from '#lib/users/user.ts';

/**
 * What tokens say about their user beside the id. `known_as` is the field in USER_ID_FIELD if that is not the id. Only
 * access and sliding tokens have the roles, the abilities they give, and the claims of hooks.ts.
 */
export type Personal = {
  readonly known_as?: string;
  readonly roles: readonly string[];
  readonly ability: readonly Ability[];
  readonly custom: Readonly<Record<string, unknown>>;
};

/**
 * Makes the function that gives each user's claims to the functions that sign. Throws SettingsError if the hooks cannot
 * be used on this stage. The function throws `no_active_account` if tokens name people by their e-mail address, and the
 * user has not proved theirs: services that go by that claim would take a stranger for whoever has the address.
 */
export function personalClaims(settings: Settings, hooks: Hooks): { readonly personal: (user: User) => Promise<Personal> } {
  refuseUnsoundHooks(settings, hooks);
  const field = settings.USER_ID_FIELD;
  return {
    async personal(user) {
      if (field === 'email' && !user.isEmailVerified)
        throw new Problem('no_active_account', { detail: 'email_unproved', reason: 'tokens name people by an address that is not proved' });
      const { checked: custom } = await fill('CLAIMS', hooks.CLAIMS, { user: shownToHooks(user) });
      return { custom, roles: fitting(user.roles), ability: abilitiesOf(user), ...(field !== 'id' && { known_as: user[field] }) };
    },
  };
}

/** Throws if the roles do not fit: a refused sign-in is better than a token that is refused or lacks roles. */
function fitting(roles: readonly string[]): readonly string[] {
  if (rolesFit(roles)) return roles;
  throw new Error(`the roles take more than ${longestRoles} bytes of a token: take some away`);
}
