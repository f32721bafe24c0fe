import type { Rate } from '#lib/rate.ts';
import { addressLimits } from '#lib/throttle/address-limits.ts';
import { everybody, type Limit } from '#lib/throttle/throttle.ts';
import { type CodeChannel, type CodePurpose, type CodeTarget, channelOf } from './code.ts';

/** How often codes are sent: to a target, for an IP address, to numbers of one block, and through a channel in 24 hours. */
export type SendingRates = {
  readonly target: readonly Rate[];
  readonly address: readonly Rate[];
  readonly prefix: readonly Rate[];
  readonly budgets: Readonly<Record<CodeChannel, number>>;
};

/** What the caller named: an address, a name whose address only the server knows, or an address as a signed-in user. */
export type Asked = CodeTarget | { readonly name: string } | { readonly userId: string; readonly target: CodeTarget };

/**
 * Whose part of a budget a code uses. `users`: a user signs in or resets through an address that they proved. `signed-in`: a
 * user proves or changes an address. `newcomers`: everybody else who is sent something. `nobody`: nothing is sent.
 */
export type Share = keyof typeof parts;

/** The parts of a budget. What is sent adds up to the budget, so no caller can use up the part of another group. */
const parts = { users: 0.4, newcomers: 0.4, 'signed-in': 0.2, nobody: 1 } as const;

/** A hidden limit counts on above its rate, because a refusal would tell what the server knows of the target. */
const hiddenCeiling = 1000;

/** Each rate of a limit has its own counter. */
const each = (name: string, rates: readonly Rate[], subject: string): Limit[] =>
  rates.map((rate) => ({ name: `${name}-${rate.windowSeconds}`, rate, subject }));

/** SMS fraud uses blocks of at least ten thousand numbers, so a number is counted without its last four digits. */
const blockOf = (number: string) => number.slice(0, -4);

/** The limits of the IP address of every caller who asks for a code. */
export function callersLimits({ address }: SendingRates, from: string): Limit[] {
  return address.flatMap((rate) => addressLimits(`code-address-${rate.windowSeconds}`, rate, from));
}

/**
 * The limits that a caller is told of. They count what was named, and each way of naming apart: no request by name changes
 * the limit of an address, or the reverse. So no two requests tell whose address it is. They count the requests of one
 * client address, so no stranger elsewhere causes a 429.
 */
export function visibleLimits({ target }: SendingRates, { purpose, asked }: { purpose: CodePurpose; asked: Asked }, from: string): Limit[] {
  if ('userId' in asked) return each('code-user', target, asked.userId);
  const [name, named] = 'name' in asked ? ['code-name', asked.name] : ['code-typed', `${purpose} ${asked.value}`];
  return target
    .flatMap((rate) => addressLimits(`${name}-${rate.windowSeconds}`, rate, from))
    .map((limit) => ({ ...limit, subject: `${named} ${limit.subject}` }));
}

type Reached = { readonly purpose: CodePurpose; readonly target: CodeTarget; readonly share: Share };

/**
 * The limits that no caller is told of: of the address that is reached, of its block of numbers, and of the budget. Each
 * purpose is counted apart: whoever uses up the codes of one purpose has sent the owner of the address what they need.
 */
export function hiddenLimits({ target: rates, prefix, budgets }: SendingRates, { purpose, target, share }: Reached): Limit[] {
  const channel = channelOf(target);
  const max = Math.max(1, Math.floor(budgets[channel] * parts[share]));
  const limits = [
    ...each('code-sent', rates, `${purpose} ${target.value}`),
    ...(target.kind === 'mobile' ? each(`code-block-${share}`, prefix, blockOf(target.value)) : []),
    { name: `${budgetLimit}-${channel}-${share}`, rate: { max, windowSeconds: 86_400 }, subject: everybody },
  ];
  return limits.map((limit) => ({ ...limit, ceiling: hiddenCeiling }));
}

/** The name of the limits for the budgets begins with this. */
export const budgetLimit = 'code-budget';
