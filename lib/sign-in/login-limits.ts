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

/** The limits of a change by a password. They are those of a sign-in, counted apart, without a human check. */
export function provingLimits(what: 'password', { address, global }: LoginLimits, from: string): Limit[] {
  return [...addressLimits(`${what}-address`, address, from), { name: `${what}-global`, rate: global, subject: everybody }];
}

/** The limits of the digits of a code: counted apart from failed sign-ins, with the ceiling of a human check. */
export function codeLimits(what: 'code-login' | 'recovery', { address, global, ceiling }: LoginLimits, from: string): Limit[] {
  return [
    ...addressLimits(`${what}-address`, address, from, ceiling),
    { name: `${what}-global`, rate: global, subject: everybody, ceiling },
  ];
}

/** The limits of a link. It has 128 random bits, so no number of tries finds one, and everybody together has no limit. */
export function linkLimits(what: 'reset-link' | 'undo-link', { address }: LoginLimits, from: string): Limit[] {
  return addressLimits(`${what}-address`, address, from);
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
