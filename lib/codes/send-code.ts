import { randomBytes } from 'node:crypto';
import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { log, warnAlarm } from '#lib/log.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import { type Code, type CodePurpose, type CodeTarget, channelOf } from './code.ts';
import { addressLimit, budgetLimit, callersLimits, namesLimits, type SendingRates, targetsLimits } from './code-limits.ts';
import { codeKey, gapKey, whoOf } from './code-secrets.ts';
import type { CodeStore } from './code-store.ts';
import { refOfDigits, refOfLink } from './message-secret.ts';

/** What goes to a target: a code, the word that there is an account already, or nothing, of which whoever asked is told nothing. */
export type Told = {
  readonly template: Extract<Message['template'], 'code' | 'reset-link' | 'account-exists'> | 'nothing';
  /** Who gets in with it. */
  readonly user?: { readonly id: string; readonly tokenEpoch: number } | undefined;
};

/** Where a code is to go, and what will be said there. */
export type Addressed = { readonly target: CodeTarget; readonly told: Told };

export type CodeOrder = {
  readonly purpose: CodePurpose;
  /** What was typed, normalised: a target, or a name that only we know the target of. */
  readonly asked: CodeTarget | { readonly name: string };
  /** Finds out whom it is about; asked beside the counting. Of a name nobody has, any target will do. */
  readonly find: () => Promise<Addressed>;
  /** Asks for proof that a person is asking, once it is counted; throws where there is none. */
  readonly checkHuman?: ((tries: readonly Spent[]) => Promise<void>) | undefined;
  readonly language: Language;
};

export type CodeSending = {
  readonly codes: Pick<CodeStore, 'send'>;
  readonly throttle: Throttle;
  readonly lookupSecret: () => Promise<Uint8Array>;
  readonly rates: SendingRates;
  /** What the alarm is told by. */
  readonly stage: string;
  /** How long six digits, and a link, are good for, and how long until the next ones may be sent. */
  readonly codeLifetimes: { readonly digitsSeconds: number; readonly linkSeconds: number; readonly gapSeconds: number };
  readonly now: () => Date;
};

/**
 * Sends a code, or does not, with the same writes and the same answer: in how many seconds there may be another. Counts first; throws
 * `throttled` where a limit is used up or one was sent a moment ago. Of a name, limits of the target it stands for are kept to ourselves: they
 * would tell whose it is.
 */
export async function sendCode(needs: CodeSending, order: CodeOrder, { address }: Client): Promise<{ retryAfterSeconds: number }> {
  const { asked, find, checkHuman } = order;
  const visible = 'name' in asked ? namesLimits(needs.rates, asked.name) : targetsLimits(needs.rates, asked);
  const counting = needs.throttle.spend(...callersLimits(needs.rates, address), ...visible);
  try {
    const [counted, addressed] = await Promise.all([counting, find()]);
    await checkHuman?.(counted);
    warnOfBudget(needs, counted);
    if ('name' in asked) await silently(needs, order, addressed);
    else await send(needs, order, addressed);
    return { retryAfterSeconds: needs.codeLifetimes.gapSeconds };
  } catch (error) {
    await giveBack(needs, counting, error).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/** Nothing was sent, so nothing of a target's or of the day's is used up: machines that fail the human check could lock everybody out. Their own tries count. */
async function giveBack({ throttle }: CodeSending, counting: Promise<readonly Spent[]>, error: unknown): Promise<void> {
  const counted = await counting;
  const isOurs = isOurFault(error) || (error instanceof Problem && error.code === 'throttled');
  await throttle.giveBack(...counted.filter(({ name }) => isOurs || !name.startsWith(addressLimit)));
}

async function silently(needs: CodeSending, order: CodeOrder, addressed: Addressed): Promise<void> {
  try {
    await needs.throttle.spend(...targetsLimits(needs.rates, addressed.target));
    await send(needs, order, addressed);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'throttled') throw error;
    log.info('code_not_sent', { reason: error.message });
  }
}

async function send(needs: CodeSending, { purpose, language }: CodeOrder, { target, told }: Addressed): Promise<void> {
  const who = whoOf(await needs.lookupSecret(), target.kind, target.value);
  const now = needs.now();
  const nowSeconds = epochSeconds(now);
  const code = newCode(needs.codeLifetimes, { key: codeKey(purpose, who), now, told });
  const news = newsOf({ purpose, language, target, told, code, who, now });
  const gap = { key: gapKey(who), untilSeconds: nowSeconds + needs.codeLifetimes.gapSeconds };
  const outcome = await needs.codes.send({ code, gap, news, nowSeconds });
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'the target is being written to by others' });
  if (outcome === 'sent') return;
  const { retryAfterSeconds } = outcome;
  throw new Problem('throttled', { retryAfterSeconds, values: { seconds: retryAfterSeconds }, reason: 'one was sent a moment ago' });
}

type New = { readonly key: string; readonly now: Date; readonly told: Told };

function newCode({ digitsSeconds, linkSeconds }: CodeSending['codeLifetimes'], { key, now, told }: New): Code {
  const digitsUntil = epochSeconds(now) + digitsSeconds;
  return {
    key,
    ref: randomBytes(16).toString('base64url'),
    userId: told.user?.id,
    epoch: told.user?.tokenEpoch,
    digitsUntil,
    expiresAt: told.template === 'reset-link' ? Math.max(digitsUntil, epochSeconds(now) + linkSeconds) : digitsUntil,
    isSpent: false,
  };
}

type News = Addressed & Pick<CodeOrder, 'purpose' | 'language'> & { readonly code: Code; readonly who: string; readonly now: Date };

/** What the outbox is told. That there was nobody is an event, in a row of its own as a message is. */
function newsOf({ purpose, language, target, told, code, who, now }: News): Message | Event {
  const { template, user } = told;
  if (template === 'nothing') return { id: uuidv7(now), type: 'code_for_nobody', userId: '', at: now };
  const isLink = template === 'reset-link';
  const ref = isLink ? refOfLink('links', { subject: who, ref: code.ref }) : refOfDigits({ ref: code.ref, purpose, target });
  const endsAt = new Date(1000 * (isLink ? code.expiresAt : code.digitsUntil));
  return {
    id: uuidv7(now),
    channel: channelOf(target),
    to: target.value,
    template,
    purpose,
    language,
    ...(template !== 'account-exists' && { secret: { ref, endsAt } }),
    userId: user?.id,
    at: now,
    expiresAt: endsAt,
  };
}

/** From four fifths of the day's budget on, every message is a line that the alarm counts (resources/alarms.yml). */
function warnOfBudget({ rates: { dailyBudget }, stage }: CodeSending, counted: readonly Spent[]): void {
  const budget = counted.find(({ name }) => name === budgetLimit);
  if (budget && budget.count >= 0.8 * budget.max) warnAlarm('code_budget_near', stage, { count: budget.count, dailyBudget });
}
