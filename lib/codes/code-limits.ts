import type { Rate } from '#lib/rate.ts';
import { addressLimits, networkOf } from '#lib/throttle/address-limits.ts';
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
 * Whose part of a budget a code uses. `users`: a user signs in or resets through an address that they proved. `claimed`: the same
 * through an address that an account only claims. `signed-in`: a user proves or changes an address. `newcomers`: everybody else
 * who is sent something. `nobody`: nothing is sent.
 */
export type Share = keyof typeof parts;

/** The parts of a budget. What is sent adds up to the budget, so no caller can use up the part of another group. */
const parts = { users: 0.4, newcomers: 0.3, claimed: 0.1, 'signed-in': 0.2, nobody: 1 } as const;

/** One network has at most this much of a part, but at least `leastOfNetwork` codes. So twenty networks together use up a part. */
const partOfNetwork = 0.05;
const leastOfNetwork = 20;

/** All networks together send a block of numbers so many times the codes that one network can. */
const networksOfBlock = 5;

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

type Reached = {
  readonly purpose: CodePurpose;
  readonly target: CodeTarget;
  readonly share: Share;
  /** Whether a known device of the user asks. */
  readonly isKnown?: boolean | undefined;
  /** The client's address; undefined for staff, whose address is not a stranger's. */
  readonly from: string | undefined;
};

/**
 * The limits that no caller is told of: of the address that is reached, of its block of numbers, and of the budget. Each
 * purpose is counted apart: whoever uses up the codes of one purpose has sent the owner of the address what they need. The
 * client's network has limits of its own in the block and in the budget, so no single network uses them up for others.
 */
export function hiddenLimits(
  { target: rates, prefix, budgets }: SendingRates,
  { purpose, target, share, isKnown, from }: Reached,
): Limit[] {
  const network = from === undefined ? undefined : networkOf(from);
  const channel = channelOf(target);
  const max = Math.max(1, Math.floor(budgets[channel] * parts[share]));
  const limits = [
    ...sentLimits(rates, { purpose, target, isKnown }),
    ...(target.kind === 'mobile' ? blockLimits(prefix, { share, block: blockOf(target.value), network }) : []),
    { name: `${budgetLimit}-${channel}-${share}`, rate: { max, windowSeconds: daySeconds }, subject: everybody },
    ...(network === undefined ? [] : [{ name: `code-network-${channel}-${share}`, rate: rateOfNetwork(max), subject: network }]),
  ];
  return limits.map((limit) => ({ ...limit, ceiling: hiddenCeiling }));
}

/**
 * The limits of a target. To sign in and to reset, one half is for known devices of the account and the other for everybody
 * else, so no stranger uses up the codes of an owner. Each half has at least one code.
 */
function sentLimits(
  rates: readonly Rate[],
  { purpose, target, isKnown = false }: Pick<Reached, 'purpose' | 'target' | 'isKnown'>,
): Limit[] {
  const subject = `${purpose} ${target.value}`;
  if (purpose !== 'login' && purpose !== 'reset') return each('code-sent', rates, subject);
  const round = isKnown ? Math.ceil : Math.floor;
  const half = rates.map((rate) => ({ ...rate, max: rate.max && Math.max(1, round(rate.max / 2)) }));
  return each(isKnown ? 'code-known' : 'code-sent', half, subject);
}

type Block = { readonly share: Share; readonly block: string; readonly network: string | undefined };

function blockLimits(rates: readonly Rate[], { share, block, network }: Block): Limit[] {
  const together = rates.map((rate) => ({ ...rate, max: rate.max * networksOfBlock }));
  const own = network === undefined ? [] : each(`code-block-network-${share}`, rates, `${block} ${network}`);
  return [...each(`code-block-${share}`, together, block), ...own];
}

const daySeconds = 86_400;

const rateOfNetwork = (part: number): Rate => ({
  max: Math.max(leastOfNetwork, Math.floor(part * partOfNetwork)),
  windowSeconds: daySeconds,
});

/** The name of the limits for the budgets begins with this. */
export const budgetLimit = 'code-budget';
