import type { Rate } from '#lib/rate.ts';
import { everybody, type Limit } from '#lib/throttle/throttle.ts';
import type { CodeTarget } from './code.ts';

/** How often codes are sent: to a target, for an IP address, to numbers of one prefix, and in all in a UTC day. */
export type SendingRates = {
  readonly target: readonly Rate[];
  readonly address: readonly Rate[];
  readonly prefix: readonly Rate[];
  readonly dailyBudget: number;
};

/** Each rate of a limit has its own counter. */
const each = (name: string, rates: readonly Rate[], subject: string): Limit[] =>
  rates.map((rate) => ({ name: `${name}-${rate.windowSeconds}`, rate, subject }));

/** SMS fraud uses blocks of at least ten thousand numbers, so a number is counted without its last four digits. */
const blockOf = (number: string) => number.slice(0, -4);

/** The limits of every caller who asks for a code. */
export function callersLimits({ address, dailyBudget }: SendingRates, from: string): Limit[] {
  const budget = { name: budgetLimit, rate: { max: dailyBudget, windowSeconds: 86_400 }, subject: everybody };
  return [...each(addressLimit, address, from), budget];
}

/** The limits of the target that a code would go to, for all purposes. */
export function targetsLimits({ target, prefix }: SendingRates, { kind, value }: CodeTarget): Limit[] {
  return [...each('code-target', target, value), ...(kind === 'mobile' ? each('code-prefix', prefix, blockOf(value)) : [])];
}

/** The limits of an entered name that is not itself an address. */
export function namesLimits({ target }: SendingRates, typed: string): Limit[] {
  return each('code-name', target, typed);
}

/** The name of the limit for IP addresses. */
export const addressLimit = 'code-address';
/** The name of the limit for the daily budget. */
export const budgetLimit = 'code-budget';
