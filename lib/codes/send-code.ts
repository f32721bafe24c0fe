import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { Language } from '#lib/language.ts';
import { describeError, log, warnAlarm } from '#lib/log.ts';
import { type LookupSecret, makingFirst, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import type { CodePurpose } from './code.ts';
import { type Asked, budgetLimit, callersLimits, hiddenLimits, type SendingRates, visibleLimits } from './code-limits.ts';
import { codeKey, digitsKey, gapKey, unsentKey, whomOf, whoOf } from './code-secrets.ts';
import type { CodeStore } from './code-store.ts';
import { type Addressed, type CodeLifetimes, newCode, newsOf, type Told } from './new-code.ts';

/** A request for a code. */
export type CodeOrder = {
  readonly purpose: CodePurpose;
  /** What the caller entered, normalised. */
  readonly asked: Asked;
  /** Finds the target and its user, while the limits are counted. For an unknown name any target will do. */
  readonly find: () => Promise<Addressed>;
  /** Checks that a person is asking, after the limits are counted; throws if not. */
  readonly checkHuman?: ((tries: readonly Spent[]) => Promise<void>) | undefined;
  /** Whether staff asks for another user: then the limits of the caller's address, which are for strangers, are not counted. */
  readonly isByStaff?: boolean;
  readonly language: Language;
};

/** What it takes to send codes. */
export type CodeSending = {
  readonly codes: Pick<CodeStore, 'send'>;
  readonly throttle: Throttle;
  readonly lookupSecret: ReadLookupSecrets;
  readonly rates: SendingRates;
  /** The stage that the alarm's metric names. */
  readonly stage: string;
  readonly codeLifetimes: CodeLifetimes;
  readonly now: () => Date;
};

/**
 * Sends a code, or nothing, with the same writes and the same answer: in how many seconds there may be another. Throws
 * `throttled` if a limit of what was entered from this address is used up, or it was entered just before. The limits of the address that is
 * reached, its block of numbers and the budget are kept silently, because an error would tell whose address it is.
 */
export async function sendCode(needs: CodeSending, order: CodeOrder, { address }: Client): Promise<{ retryAfterSeconds: number }> {
  // Counted apart, so that a request which a limit of what was entered refuses still counts against the caller's address.
  const ofCaller = needs.throttle.spend(...(order.isByStaff ? [] : callersLimits(needs.rates, address)));
  const ofEntered = needs.throttle.spend(...visibleLimits(needs.rates, order, address));
  try {
    const [caller, entered, addressed] = await Promise.all([ofCaller, ofEntered, order.find()]);
    await order.checkHuman?.([...caller, ...entered]);
    await sendWithinLimits(needs, { ...order, address }, addressed);
    return { retryAfterSeconds: needs.codeLifetimes.gapSeconds };
  } catch (error) {
    const counted = await Promise.allSettled(isOurFault(error) ? [ofCaller, ofEntered] : [ofEntered]);
    await giveBack(needs, counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/**
 * Gives counts back, because nothing was sent. Those of what was entered always: otherwise machines that fail the human check
 * could lock users out. Those of the caller's own address only after an error of ours.
 */
async function giveBack({ throttle }: CodeSending, counted: readonly PromiseSettledResult<readonly Spent[]>[]): Promise<void> {
  await throttle.giveBack(...counted.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
}

/** An order, and the address of the client that gave it. */
type Placed = CodeOrder & Pick<Client, 'address'>;

/** Sends nothing if a hidden limit is used up. The counts are given back beside the write, so that the answer takes no longer. */
async function sendWithinLimits(needs: CodeSending, order: Placed, addressed: Addressed): Promise<void> {
  const { target, told } = addressed;
  const from = order.isByStaff ? undefined : order.address;
  const reached = { purpose: order.purpose, target, share: told.share, isKnown: told.isKnown, from };
  const hidden = await needs.throttle.spend(...hiddenLimits(needs.rates, reached));
  warnOfBudget(needs, hidden);
  const full = hidden.find(({ count, max }) => count > max);
  if (full) log.warn('code_not_sent', { limit: full.name });
  const givingBack = full ? giveBackHidden(needs, hidden) : undefined;
  try {
    await Promise.all([write(needs, order, { ...addressed, isSent: !full }), givingBack]);
  } catch (error) {
    if (!full) await giveBackHidden(needs, hidden);
    throw error;
  }
}

/** A failure goes to the log only: the answer must not tell whether something was sent. */
async function giveBackHidden({ throttle }: CodeSending, hidden: readonly Spent[]): Promise<void> {
  await throttle.giveBack(...hidden).catch((error: unknown) => log.warn('count_not_given_back', describeError(error)));
}

/** Writes the code and its message. What is not sent goes to a row that no check reads, so that the code before stays good. */
async function write(
  needs: CodeSending,
  { purpose, asked, language, address }: Placed,
  { target, told: wanted, isSent }: Addressed & { readonly isSent: boolean },
): Promise<void> {
  const now = needs.now();
  const nowSeconds = epochSeconds(now);
  const [secret, ...others] = makingFirst(await needs.lookupSecret(), nowSeconds);
  const nameWith = (each: LookupSecret) => whoOf(each, target.kind, target.value);
  const userId = 'userId' in asked ? asked.userId : undefined;
  const keyWith = (each: LookupSecret) =>
    wanted.template === 'reset-link' ? codeKey('reset', nameWith(each)) : digitsKey(purpose, whomOf(each, target, userId));
  const rowWith = (each: LookupSecret) => (isSent ? keyWith(each) : unsentKey(nameWith(each)));
  const pauseWith = (each: LookupSecret) => gapKey(pauseOf(each, asked, address));
  const told: Told = isSent ? wanted : { template: 'nothing', share: wanted.share };
  const code = newCode(needs.codeLifetimes, { key: rowWith(secret), now, told });
  const news = newsOf({ purpose, language, target, told, code, who: nameWith(secret), secret, now });
  const gap = { key: pauseWith(secret), untilSeconds: nowSeconds + needs.codeLifetimes.gapSeconds };
  const aliases = others.map((each) => ({ code: rowWith(each), gap: pauseWith(each) }));
  const outcome = await needs.codes.send({ code, gap, aliases, news, nowSeconds });
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'the target is being written to by others' });
  if (outcome === 'sent') return;
  const { retryAfterSeconds } = outcome;
  throw new Problem('throttled', { retryAfterSeconds, values: { seconds: retryAfterSeconds }, reason: 'one was sent a moment ago' });
}

/** A pause is of what was entered and of the client's address, as the visible limits are. */
function pauseOf(secret: LookupSecret, asked: Asked, address: string): string {
  if ('name' in asked) return whoOf(secret, 'name', `${asked.name} ${address}`);
  if ('userId' in asked) return whomOf(secret, asked.target, asked.userId);
  return whoOf(secret, asked.kind, `${asked.value} ${address}`);
}

/** From four fifths of a part of a budget on, each message logs a warning for the alarm (resources/alarms.yml). */
function warnOfBudget({ stage }: CodeSending, counted: readonly Spent[]): void {
  const budget = counted.find(({ name }) => name.startsWith(budgetLimit) && !name.endsWith('nobody'));
  if (budget && budget.count >= 0.8 * budget.max)
    warnAlarm('code_budget_near', stage, { limit: budget.name, count: budget.count, max: budget.max });
}
