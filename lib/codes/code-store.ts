import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Code, Proof } from './code.ts';

/** A code on its way: its row, the row that holds up the next one, and what is told to whom. */
export type Sending = {
  readonly code: Code;
  readonly gap: { readonly key: string; readonly untilSeconds: number };
  /** The message that carries it, or the event that there was nobody to send one to: the same writes, whoever exists. */
  readonly news: Message | Event;
  readonly nowSeconds: number;
};

/** Where codes are. */
export type CodeStore = {
  /**
   * Puts a code in the place of the one before and hands over its message, all or nothing, unless one was sent to that target a moment
   * ago: then in how many seconds there may be another.
   */
  send(sending: Sending): Promise<'sent' | 'busy' | { readonly retryAfterSeconds: number }>;
  /** Puts a code in the place of the one before, for somebody who hands it over themselves. */
  put(code: Code): Promise<void>;
  /** The newest code under a key, expired or not. */
  get(key: string): Promise<Code | undefined>;
  /** Spends a code: of any number at once one succeeds. `by` is the same in every try of one request, which may ask again. */
  spend(proof: Proof, by: string, nowSeconds: number): Promise<'spent' | 'gone'>;
};
