/** Who holds a message for the moment, and until when; `by` is made anew each time somebody asks. */
export type Claim = { readonly id: string; readonly by: string; readonly now: Date; readonly until: Date };

/** How a message ends. `expired`: too late to be sent. `unsure`: it may have been sent, and is not sent again. */
export type End = 'sent' | 'refused' | 'expired' | 'unsure';

/** Where it is known what became of messages. */
export type MessageStore = {
  /**
   * Takes a message that nobody holds. `claimed-again`: somebody held it before, and was not heard of until their time was up. `held`:
   * somebody holds it. `settled`: it has ended, or is not there.
   */
  claim(claim: Claim): Promise<'claimed' | 'claimed-again' | 'held' | 'settled'>;
  /** Gives a claimed message back, so that it can be claimed as if nothing had been. Nothing happens where somebody else holds it. */
  release(claim: Pick<Claim, 'id' | 'by'>): Promise<void>;
  /** Writes down how a message ended, and forgets where it went and what its secret was made from. `lost`: somebody else holds it. */
  settle(claim: Pick<Claim, 'id' | 'by'>, end: End, at: Date): Promise<'settled' | 'lost'>;
};
