import type { Language } from '#lib/language.ts';
import { emailKey } from '#lib/names/email.ts';

export const channels = ['sms', 'email'] as const;
/** How a message is sent. */
export type Channel = (typeof channels)[number];

/** Every message, and the channels it can be sent by. Its words are in `default-words.ts`. */
export const templateChannels = {
  code: ['sms', 'email'],
  'reset-link': ['email'],
  'account-exists': ['sms', 'email'],
  'password-changed': ['sms', 'email'],
  'email-changed': ['email'],
  'mobile-changed': ['sms', 'email'],
  'address-lost': ['sms', 'email'],
  'sessions-ended': ['email'],
  'session-stolen': ['email'],
  'new-device': ['sms', 'email'],
  'suspicious-sign-in': ['sms', 'email'],
} as const satisfies Record<string, readonly Channel[]>;
export type Template = keyof typeof templateChannels;

export const purposes = ['register', 'login', 'verify', 'reset', 'change', 'notice'] as const;
/** What a message is for: the use of its code, or a notice. */
export type Purpose = (typeof purposes)[number];

/**
 * A message to a user, written to the outbox in the transaction that caused it. It has no text that a user has chosen,
 * and no code or link: those are made from `secret.ref` when it is sent.
 */
export type Message = {
  /** A UUID. A message is sent once, however often it is delivered. */
  readonly id: string;
  readonly channel: Channel;
  /** One e-mail address, or one number in E.164. */
  readonly to: string;
  readonly template: Template;
  readonly purpose: Purpose;
  readonly language: Language;
  /** Values for the template that the rest does not give. `address`: the IP address of the client. */
  readonly values?: { readonly address?: string } | undefined;
  /** What the code or link is made from, and when it expires. */
  readonly secret?: { readonly ref: string; readonly endsAt: Date } | undefined;
  /** The user it is about, for the log; undefined if there is no user. */
  readonly userId?: string | undefined;
  readonly at: Date;
  /** It is not sent after this. */
  readonly expiresAt: Date;
};

/** Whether `to` is exactly one address of its channel: no display name, second address, line break or space. */
export function isAddress(channel: Channel, to: string): boolean {
  if (channel === 'sms') return /^\+[1-9]\d{6,14}$/.test(to);
  return emailKey(to) === to.toLowerCase();
}

/** Whether a template can be sent by a channel: links are too long for an SMS. */
export function travelsBy(template: Template, channel: Channel): boolean {
  const usual: readonly Channel[] = templateChannels[template];
  return usual.includes(channel);
}
