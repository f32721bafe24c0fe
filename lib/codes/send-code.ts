import type { Client } from '#lib/caller/client.ts';
import { secretName } from '#lib/derived-key.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomRef, uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { log, warnAlarm } from '#lib/log.ts';
import { type LookupSecret, makingFirst, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import { type Code, type CodePurpose, type CodeTarget, channelOf } from './code.ts';
import { addressLimit, budgetLimit, callersLimits, namesLimits, type SendingRates, targetsLimits } from './code-limits.ts';
import { codeKey, gapKey, whoOf } from './code-secrets.ts';
import type { CodeStore } from './code-store.ts';
import { refOfDigits, refOfLink } from './message-secret.ts';

/**
 * What is sent to a target: a code, a link, the news that there is an account already, or nothing. The caller is told
 * the same in every case.
 */
export type Told = {
  readonly template: Extract<Message['template'], 'code' | 'reset-link' | 'account-exists'> | 'nothing';
  /** The user it is for. */
  readonly user?: { readonly id: string; readonly tokenEpoch: number } | undefined;
};

/** The target, and what is sent there. */
export type Addressed = { readonly target: CodeTarget; readonly told: Told };

/** A request for a code. */
export type CodeOrder = {
  readonly purpose: CodePurpose;
  /** What the caller entered, normalised: a target, or a name whose target only the server knows. */
  readonly asked: CodeTarget | { readonly name: string };
  /** Finds the target and its user, while the limits are counted. For an unknown name any target will do. */
  readonly find: () => Promise<Addressed>;
  /** Checks that a person is asking, after the limits are counted; throws if not. */
  readonly checkHuman?: ((tries: readonly Spent[]) => Promise<void>) | undefined;
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
  /** How long the digits and a link are valid, and how long until the next code may be sent, in seconds. */
  readonly codeLifetimes: { readonly digitsSeconds: number; readonly linkSeconds: number; readonly gapSeconds: number };
  readonly now: () => Date;
};

/**
 * Sends a code, or nothing, with the same writes and the same answer: in how many seconds there may be another. Throws
 * `throttled` if a limit is used up or a code was sent just before. If a name was entered, the limits of its target are
 * kept silently, because an error would tell whose name it is.
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

/**
 * Gives back the counts of the target and of the day, because nothing was sent: otherwise machines that fail the human
 * check could lock all users out. The count of the caller's own address stays, unless the error is ours or a limit.
 */
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
  const now = needs.now();
  const nowSeconds = epochSeconds(now);
  const [secret, ...others] = makingFirst(await needs.lookupSecret(), nowSeconds);
  const nameWith = (each: LookupSecret) => whoOf(each, target.kind, target.value);
  const who = nameWith(secret);
  const code = newCode(needs.codeLifetimes, { key: codeKey(purpose, who), now, told });
  const news = newsOf({ purpose, language, target, told, code, who, secret, now });
  const gap = { key: gapKey(who), untilSeconds: nowSeconds + needs.codeLifetimes.gapSeconds };
  const aliases = others.map(nameWith).map((alias) => ({ code: codeKey(purpose, alias), gap: gapKey(alias) }));
  const outcome = await needs.codes.send({ code, gap, aliases, news, nowSeconds });
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
    ref: randomRef(),
    userId: told.user?.id,
    epoch: told.user?.tokenEpoch,
    digitsUntil,
    expiresAt: told.template === 'reset-link' ? Math.max(digitsUntil, epochSeconds(now) + linkSeconds) : digitsUntil,
    isSpent: false,
  };
}

type News = Addressed &
  Pick<CodeOrder, 'purpose' | 'language'> & {
    readonly code: Code;
    readonly who: string;
    readonly secret: LookupSecret;
    readonly now: Date;
  };

/** What is written to the outbox. If there is no user, it is an event: one row, as a message is. */
function newsOf({ purpose, language, target, told, code, who, secret, now }: News): Message | Event {
  const { template, user } = told;
  if (template === 'nothing') return { id: uuidv7(now), type: 'code_for_nobody', userId: '', at: now };
  const isLink = template === 'reset-link';
  const madeWith = secretName(secret);
  const ref = isLink
    ? refOfLink('links', { subject: who, ref: code.ref, madeWith })
    : refOfDigits({ ref: code.ref, purpose, target, madeWith });
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

/** From four fifths of the daily budget on, each message logs a warning for the alarm (resources/alarms.yml). */
function warnOfBudget({ rates: { dailyBudget }, stage }: CodeSending, counted: readonly Spent[]): void {
  const budget = counted.find(({ name }) => name === budgetLimit);
  if (budget && budget.count >= 0.8 * budget.max) warnAlarm('code_budget_near', stage, { count: budget.count, dailyBudget });
}
