/** What a picture says, as an HMAC, and until when it counts, in seconds since 1970. */
export type KeptAnswer = { readonly id: string; readonly answer: string; readonly expiresAt: number };
/** A solved challenge: the signature is its identity. */
export type Solved = { readonly signature: string; readonly expiresAt: number };
/** Who spends: our own retry after a lost answer is the same request, and is told the same. */
type Spender = { readonly requestId: string; readonly now: Date };

/** Where human checks lie until they are spent. */
export type ProofStore = {
  /** Keeps the answer of a picture, in place of what lay under its id, spent or not. */
  keepAnswer(kept: KeptAnswer): Promise<void>;
  /** Spends the one try of a picture. Its answer; undefined where there is none, it has expired, or its try was spent. */
  spendAnswer(id: string, spender: Spender): Promise<string | undefined>;
  /** Spends a solved challenge, or says that somebody did before. */
  spendSolution(solved: Solved, spender: Spender): Promise<'spent' | 'spent-before'>;
};
