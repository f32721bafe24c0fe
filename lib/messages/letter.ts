import type { Message } from './message.ts';

type Envelope = Pick<Message, 'id' | 'to' | 'template' | 'purpose' | 'language' | 'expiresAt'>;
/** A message as an e-mail. */
export type EmailLetter = Envelope & {
  readonly channel: 'email';
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};
type SmsLetter = Envelope & { readonly channel: 'sms'; readonly text: string };

/** A message in words, with its code and link. Senders receive it; it is never stored or logged. */
export type Letter = EmailLetter | SmsLetter;
