import { secretName } from '#lib/derived-key.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomRef, uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import type { LookupSecret } from '#lib/lookup-secrets.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import { type Code, type CodePurpose, type CodeTarget, channelOf } from './code.ts';
import type { Share } from './code-limits.ts';
import { refOfDigits, refOfLink } from './message-secret.ts';

/**
 * What is sent to a target: a code, a link, the news that there is an account already, or nothing. The caller is told
 * the same in every case.
 */
export type Told = {
  readonly template: Extract<Message['template'], 'code' | 'reset-link' | 'account-exists'> | 'nothing';
  /** The user it is for. */
  readonly user?: { readonly id: string; readonly tokenEpoch: number } | undefined;
  /** Whose part of the budget it uses. */
  readonly share: Share;
  /** Whether a known device of the user asks for it. */
  readonly isKnown?: boolean;
};

/** The target, and what is sent there. */
export type Addressed = { readonly target: CodeTarget; readonly told: Told };

/** How long the digits and a link are valid, and how long until the next code may be sent, in seconds. */
export type CodeLifetimes = { readonly digitsSeconds: number; readonly linkSeconds: number; readonly gapSeconds: number };

type New = { readonly key: string; readonly now: Date; readonly told: Told };

/** A code of new random bits, for the row under a key. The row of a link accepts no digits. */
export function newCode({ digitsSeconds, linkSeconds }: CodeLifetimes, { key, now, told }: New): Code {
  const isLink = told.template === 'reset-link';
  const expiresAt = epochSeconds(now) + (isLink ? linkSeconds : digitsSeconds);
  return {
    key,
    ref: randomRef(),
    userId: told.user?.id,
    epoch: told.user?.tokenEpoch,
    digitsUntil: isLink ? 0 : expiresAt,
    expiresAt,
    isSpent: false,
  };
}

type News = Addressed & {
  readonly purpose: CodePurpose;
  readonly language: Language;
  readonly code: Code;
  readonly who: string;
  readonly secret: LookupSecret;
  readonly now: Date;
};

/** What is written to the outbox. If there is no user, it is an event: one row, as a message is. */
export function newsOf({ purpose, language, target, told, code, who, secret, now }: News): Message | Event {
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
