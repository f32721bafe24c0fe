import { ceilingOf } from '#lib/human-check/human-rules.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { addressLimits } from '#lib/throttle/address-limits.ts';
import { everybody, type Limit } from '#lib/throttle/throttle.ts';
import type { LoginLimits } from './complete-sign-in.ts';

/** How often a sign-in may be tried; a change of password or address is limited at the same rates. */
export function loginLimits(settings: Settings): LoginLimits {
  const ceiling = ceilingOf(settings, 'HUMAN_CHECK_LOGIN');
  return { account: settings.LOGIN_RATE_ACCOUNT, address: settings.LOGIN_RATE_ADDRESS, global: settings.LOGIN_RATE_GLOBAL, ceiling };
}

/** The routes that are limited like a sign-in and have no human check. Each has counts of its own, so that no failed sign-in uses them up. */
export type Proving = 'code-login' | 'recovery' | 'password';

/** The limits of a route that proves somebody without a human check. */
export function provingLimits(what: Proving, { address, global }: LoginLimits, from: string): Limit[] {
  return [...addressLimits(`${what}-address`, address, from), { name: `${what}-global`, rate: global, subject: everybody }];
}

/** The limits of a change of names, which is counted like a registration, and apart from it. */
export function renamingLimits({ address, global }: Pick<LoginLimits, 'address' | 'global'>, from: string): Limit[] {
  return [...addressLimits('rename-address', address, from), { name: 'rename-global', rate: global, subject: everybody }];
}

/** How often a registration may be tried. */
export function registerLimits(settings: Settings): Omit<LoginLimits, 'account'> {
  const ceiling = ceilingOf(settings, 'HUMAN_CHECK_REGISTER');
  return { address: settings.REGISTER_RATE_ADDRESS, global: settings.REGISTER_RATE_GLOBAL, ceiling };
}
