import type { Letter } from './letter.ts';
import type { Channel } from './message.ts';

/**
 * What became of a letter: whoever brings it has taken it; will never take it, and why; or may have taken it, which nobody knows.
 * A reason names no address and quotes nobody.
 */
export type Sending = 'sent' | { readonly refused: string } | { readonly unsure: string };

/** Who brings letters. */
export type Sender = {
  /** Whether a letter that is sent twice arrives once, because whoever takes it goes by its id. */
  readonly knowsRepeats: boolean;
  /** Throws where trying again makes sense: nothing was sent, or `knowsRepeats`. Answers within ten seconds. */
  send(letter: Letter): Promise<Sending>;
};

/** The sender of each channel, made when it is first needed. */
export type Senders = { readonly [C in Channel]: () => Promise<Sender> };
