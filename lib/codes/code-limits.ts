import type { Rate } from '#lib/rate.ts';
import { everybody, type Limit } from '#lib/throttle/throttle.ts';
import type { CodeTarget } from './code.ts';

/** How often codes are sent: to a target, from an address, to numbers that begin alike, and in all in a day (UTC). */
export type SendingRates = {
  readonly target: readonly Rate[];
  readonly address: readonly Rate[];
  readonly prefix: readonly Rate[];
  readonly dailyBudget: number;
};

/** Two rates of one limit are two counters. */
const each = (name: string, rates: readonly Rate[], subject: string): Limit[] =>
  rates.map((rate) => ({ name: `${name}-${rate.windowSeconds}`, rate, subject }));

/** Who pumps SMS buys numbers by the block, and blocks are of ten thousand at least: a number without its last four digits. */
const blockOf = (number: string) => number.slice(0, -4);

/** What is counted of everybody who asks for a code. */
export function callersLimits({ address, dailyBudget }: SendingRates, from: string): Limit[] {
  const budget = { name: budgetLimit, rate: { max: dailyBudget, windowSeconds: 86_400 }, subject: everybody };
  return [...each(addressLimit, address, from), budget];
}

/** What is counted of whoever a code would go to, whatever it is for. */
export function targetsLimits({ target, prefix }: SendingRates, { kind, value }: CodeTarget): Limit[] {
  return [...each('code-target', target, value), ...(kind === 'mobile' ? each('code-prefix', prefix, blockOf(value)) : [])];
}

/** What is counted of a name that was typed where it is not an address itself. */
export function namesLimits({ target }: SendingRates, typed: string): Limit[] {
  return each('code-name', target, typed);
}

export const addressLimit = 'code-address';
export const budgetLimit = 'code-budget';
