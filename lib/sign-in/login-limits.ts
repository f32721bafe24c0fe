import type { Settings } from '#lib/settings/catalogue.ts';
import type { LoginLimits } from './login.ts';

/** How often a login, and what is counted with it, may be tried. */
export function loginLimits(settings: Settings): LoginLimits {
  return { account: settings.LOGIN_RATE_ACCOUNT, address: settings.LOGIN_RATE_ADDRESS, global: settings.LOGIN_RATE_GLOBAL };
}
