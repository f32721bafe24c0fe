/** A delivery's claim on a message, and until when it lasts. `by` is a new random id for each try. */
export type Claim = { readonly id: string; readonly by: string; readonly now: Date; readonly until: Date };

/** How a message ends. `expired`: it was too late to send. `unsure`: it may have been sent, and is not sent again. */
export type End = 'sent' | 'refused' | 'expired' | 'unsure';

/** The store of the states of messages. */
export type MessageStore = {
  /**
   * Claims a message. `claimed-again`: an earlier claim expired without a result. `held`: another claim lasts.
   * `settled`: the message has ended, or does not exist.
   */
  claim(claim: Claim): Promise<'claimed' | 'claimed-again' | 'held' | 'settled'>;
  /** Releases a claim, so that the message can be claimed as if for the first time, unless another claim holds it. */
  release(claim: Pick<Claim, 'id' | 'by'>): Promise<void>;
  /** Records how a message ended, and deletes its address and secret's source. `lost`: another claim holds it. */
  settle(claim: Pick<Claim, 'id' | 'by'>, end: End, at: Date): Promise<'settled' | 'lost'>;
};
