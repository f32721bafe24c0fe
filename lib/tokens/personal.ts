import { refuseUnsoundHooks } from '#lib/hooks/check-hooks.ts';
import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { type Ability, abilitiesOf } from '#lib/users/abilities.ts';
import { longestRoles, rolesFit } from '#lib/users/role.ts';
import type { User } from '#lib/users/user.ts';

/**
 * What tokens say of their user beside the id: the name in USER_ID_FIELD where that is another, and, of those that can be a bearer, the
 * roles, what they bring, and the claims of hooks.ts.
 */
export type Personal = {
  readonly known_as?: string;
  readonly roles: readonly string[];
  readonly ability: readonly Ability[];
  readonly custom: Readonly<Record<string, unknown>>;
};

/** Makes what every function that signs needs. Throws SettingsError where the hooks are not usable on this stage. */
export function personalClaims(settings: Settings, hooks: Hooks): { readonly personal: (user: User) => Promise<Personal> } {
  refuseUnsoundHooks(settings, hooks);
  const field = settings.USER_ID_FIELD;
  return {
    async personal(user) {
      const { checked: custom } = await fill('CLAIMS', hooks.CLAIMS, { user: shownToHooks(user) });
      return { custom, roles: fitting(user.roles), ability: abilitiesOf(user), ...(field !== 'id' && { known_as: user[field] }) };
    },
  };
}

/** More roles than there is room for are an error: better nobody is signed in than with a token that nobody takes, or with half of them. */
function fitting(roles: readonly string[]): readonly string[] {
  if (rolesFit(roles)) return roles;
  throw new Error(`the roles take more than ${longestRoles} bytes of a token: take some away`);
}
