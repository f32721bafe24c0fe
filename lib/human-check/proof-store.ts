/** The HMAC of a picture's answer, and until when it counts, in seconds since 1970. */
export type KeptAnswer = { readonly id: string; readonly answer: string; readonly expiresAt: number };
/** A solved challenge; its signature is its identity. */
export type Solved = { readonly signature: string; readonly expiresAt: number };
/** The request that spends a proof. Its retry after a lost answer has the same id and gets the same answer. */
type Spender = { readonly requestId: string; readonly now: Date };

/** The store of human checks. */
export type ProofStore = {
  /** Keeps the answer of a picture and replaces an earlier one of the same id, spent or not. */
  keepAnswer(kept: KeptAnswer): Promise<void>;
  /** Spends the only try of a picture and returns its answer; undefined if it is unknown, expired or spent. */
  spendAnswer(id: string, spender: Spender): Promise<string | undefined>;
  /** Spends a solved challenge; `spent-before` if another request has. */
  spendSolution(solved: Solved, spender: Spender): Promise<'spent' | 'spent-before'>;
};
