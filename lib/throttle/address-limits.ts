import { describeError, log } from '#lib/log.ts';
import type { Rate } from '#lib/rate.ts';
import type { Limit, Spent, Throttle } from './throttle.ts';

/** A /48 has 65,536 networks of /64, and a company has one /48: it may make as many tries as this many addresses. */
const addressesOfSite = 8;

/**
 * The limits of an IP address, as `Client.address` has it: one for it, and for IPv6 one for the /48 around its /64, which a
 * single customer can have (RFC 6177). The second is named `….-site`.
 */
export function addressLimits(name: string, rate: Rate, address: string, ceiling = 1): Limit[] {
  const own = { name, rate, subject: address, ceiling };
  const site = siteOf(address);
  if (site === undefined) return [own];
  return [own, { name: `${name}-site`, rate: { ...rate, max: rate.max * addressesOfSite }, subject: site, ceiling }];
}

/**
 * Gives a try that succeeded back to an address that is busy, so that the people of a school behind one address do not use up its limit.
 * A quiet address keeps it: that saves a write. A failure goes to the log only, since the request succeeded.
 */
export async function giveBackIfBusy(throttle: Pick<Throttle, 'giveBack'>, tries: readonly Spent[]): Promise<void> {
  const busy = tries.filter(({ name, count, max }) => /-address(?:-site)?$/.test(name) && count * 10 > max);
  await throttle.giveBack(...busy).catch((error: unknown) => log.warn('count_not_given_back', describeError(error)));
}

/** The network that one customer can have: the /48 around an IPv6 address, or the IPv4 address itself. */
export const networkOf = (address: string): string => siteOf(address) ?? address;

/** The /48 of an IPv6 address; undefined for IPv4. */
function siteOf(address: string): string | undefined {
  return address.includes(':') ? `${address.split(':').slice(0, 3).join(':')}::/48` : undefined;
}
