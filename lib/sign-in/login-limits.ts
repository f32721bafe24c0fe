import type { Settings } from '#lib/settings/catalogue.ts';
import type { LoginLimits } from './complete-sign-in.ts';

/** How often a sign-in may be tried; a change of password or address is counted with it. */
export function loginLimits(settings: Settings): LoginLimits {
  return { account: settings.LOGIN_RATE_ACCOUNT, address: settings.LOGIN_RATE_ADDRESS, global: settings.LOGIN_RATE_GLOBAL };
}
