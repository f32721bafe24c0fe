import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
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

/** How many times its limit an address may succeed in a window: then its successes count, so that none signs in without end. */
const successesOfAddress = 10;

/**
 * Gives a try that succeeded back to an address that is busy, so that the people of a school behind one address do not use up its limit,
 * and to the limit of everybody. A quiet limit keeps it: that saves a write. A failure goes to the log only, since the request succeeded.
 */
export async function giveBackIfBusy(throttle: Pick<Throttle, 'spend' | 'giveBack'>, tries: readonly Spent[]): Promise<void> {
  const busy = tries.filter(({ name, count, max }) => /-(?:address|address-site|global)$/.test(name) && count * 10 > max);
  try {
    const due = await Promise.all(busy.map(async (spent) => ((await mayGetBack(throttle, spent)) ? [spent] : [])));
    await throttle.giveBack(...due.flat());
  } catch (error) {
    log.warn('count_not_given_back', describeError(error));
  }
}

async function mayGetBack({ spend }: Pick<Throttle, 'spend'>, { name, key, max, windowSeconds }: Spent): Promise<boolean> {
  if (name.endsWith('-global')) return true;
  const limit = { name: `${name}-success`, rate: { max: max * successesOfAddress, windowSeconds }, subject: key };
  return await spend(limit).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem && error.code === 'throttled') return false;
      throw error;
    },
  );
}

/** The /48 of an IPv6 address; undefined for IPv4. */
function siteOf(address: string): string | undefined {
  return address.includes(':') ? `${address.split(':').slice(0, 3).join(':')}::/48` : undefined;
}
