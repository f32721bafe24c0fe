import type { Letter } from './letter.ts';
import type { Channel } from './message.ts';

/**
 * The result of sending a letter: the carrier has accepted it; has refused it, and why; or may have accepted it, which
 * is not known. A reason has no address and no text of the carrier.
 */
export type Sending = 'sent' | { readonly refused: string } | { readonly unsure: string };

/** Sends letters. */
export type Sender = {
  /** Whether a letter that is sent twice arrives once, because the receiver recognises its id. */
  readonly knowsRepeats: boolean;
  /** Sends a letter within ten seconds. Throws if a retry makes sense: nothing was sent, or `knowsRepeats`. */
  send(letter: Letter): Promise<Sending>;
};

/** The sender of each channel, made when it is first needed. */
export type Senders = { readonly [C in Channel]: () => Promise<Sender> };
