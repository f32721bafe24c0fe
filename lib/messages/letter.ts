import type { Message } from './message.ts';

type Envelope = Pick<Message, 'id' | 'to' | 'template' | 'purpose' | 'language' | 'expiresAt'>;
export type EmailLetter = Envelope & {
  readonly channel: 'email';
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};
type SmsLetter = Envelope & { readonly channel: 'sms'; readonly text: string };

/** A message as it is read, code and link included: what a sender is given, and what is never stored or logged. */
export type Letter = EmailLetter | SmsLetter;
