import type { Language } from '#lib/language.ts';
import { emailKey } from '#lib/names/email.ts';

export const channels = ['sms', 'email'] as const;
/** What a message travels by. */
export type Channel = (typeof channels)[number];

/** Every message there is, and what it travels by. Words for each stand in `default-words.ts`. */
export const templateChannels = {
  code: ['sms', 'email'],
  'reset-link': ['email'],
  'account-exists': ['sms', 'email'],
  'password-changed': ['sms', 'email'],
  'email-changed': ['email'],
  'mobile-changed': ['sms', 'email'],
  'new-device': ['sms', 'email'],
  'suspicious-sign-in': ['sms', 'email'],
} as const satisfies Record<string, readonly Channel[]>;
export type Template = keyof typeof templateChannels;

export const purposes = ['register', 'login', 'verify', 'reset', 'change', 'notice'] as const;
/** What it is sent for: what a code can be used for, or that something is told. */
export type Purpose = (typeof purposes)[number];

/**
 * Something to be told to somebody, written into the outbox in the transaction that caused it. It carries no text that anybody
 * has chosen, and no code or link: those are made from `secret.ref` when it is sent.
 */
export type Message = {
  /** A UUID of its own. A message is sent once, however often it is delivered. */
  readonly id: string;
  readonly channel: Channel;
  /** One e-mail address, or one number in E.164. */
  readonly to: string;
  readonly template: Template;
  readonly purpose: Purpose;
  readonly language: Language;
  /** What fills the template beside what can be made of the rest. `address`: the IP address that somebody came from. */
  readonly values?: { readonly address?: string } | undefined;
  /** What the code or link is made from, and until when that is good. */
  readonly secret?: { readonly ref: string; readonly endsAt: Date } | undefined;
  /** Whom it is about, for the log; undefined where there is no user yet, or none at all. */
  readonly userId?: string | undefined;
  readonly at: Date;
  /** It is not sent after this. */
  readonly expiresAt: Date;
};

/** Whether `to` is exactly one address of its channel: no display name, no second one, no line break, nothing around it. */
export function isAddress(channel: Channel, to: string): boolean {
  if (channel === 'sms') return /^\+[1-9]\d{6,14}$/.test(to);
  return emailKey(to) === to.toLowerCase();
}

/** Whether a template travels by a channel: links are too long for an SMS. */
export function travelsBy(template: Template, channel: Channel): boolean {
  const usual: readonly Channel[] = templateChannels[template];
  return usual.includes(channel);
}
