import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Code, CodeProof } from './code.ts';

/** A code to send: its row, the row that delays the next one, and the message. */
export type Sending = {
  readonly code: Code;
  readonly gap: { readonly key: string; readonly untilSeconds: number };
  /**
   * The names that the target's rows have with the other values of the lookup secret: none except during a rotation.
   * Their codes become void, and their pauses hold as well.
   */
  readonly aliases: readonly { readonly code: string; readonly gap: string }[];
  /** The message with the code, or an event if no user has the target: the writes are the same in both cases. */
  readonly news: Message | Event;
  readonly nowSeconds: number;
};

/** The store of codes. */
export type CodeStore = {
  /**
   * Replaces the previous code and writes the message, all or nothing. If a code was asked for in the same words less than
   * CODE_RESEND_AFTER ago, nothing is written, and the answer says in how many seconds there may be another.
   */
  send(sending: Sending): Promise<'sent' | 'busy' | { readonly retryAfterSeconds: number }>;
  /**
   * Replaces the previous code by one that a person hands over themselves. `aliases` are the keys that the row has with
   * the other values of the lookup secret; codes there become void first.
   */
  put(code: Code, aliases?: readonly string[]): Promise<void>;
  /** The newest code under a key, expired or not. */
  get(key: string): Promise<Code | undefined>;
  /**
   * Counts a try at the digits of the newest code under a key, and answers the code. Undefined, and nothing is counted, if its
   * digits are expired, if it has had `most` tries, or if there is none. Of many tries at once, `most` get the code.
   */
  tryDigits(key: string, most: number, nowSeconds: number): Promise<Code | undefined>;
  /** Spends a code: of many calls at once one succeeds. `by` is the request: its retry succeeds again. */
  spend(proof: CodeProof, by: string, nowSeconds: number): Promise<'spent' | 'gone'>;
};
