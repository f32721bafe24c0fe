import { refuseUnsoundHooks } from '#lib/hooks/check-hooks.ts';
import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { Settings } from '#lib/settings.ts';
import type { User } from '#lib/users/user.ts';

/** What tokens say of their user beside the id: the name in USER_ID_FIELD where that is another, and the claims of hooks.ts. */
export type Personal = { readonly known_as?: string; readonly custom: Readonly<Record<string, unknown>> };

/** Makes what every function that signs needs. Throws SettingsError where the hooks are not usable on this stage. */
export function personalClaims(settings: Settings, hooks: Hooks): { readonly personal: (user: User) => Promise<Personal> } {
  refuseUnsoundHooks(settings, hooks);
  const field = settings.USER_ID_FIELD;
  return {
    async personal(user) {
      const { checked: custom } = await fill('CLAIMS', hooks.CLAIMS, { user: shownToHooks(user) });
      return field === 'id' ? { custom } : { known_as: user[field], custom };
    },
  };
}
