import { check, maxLength, nonEmpty, pipe, string } from 'valibot';

/**
 * The longest tokens in characters of the compact form: none longer is made, and none longer is read. API Gateway
 * allows 10,240 bytes of request line and headers, so the longest token leaves more than half of it to the rest.
 */
export const tokenLimits = { whole: 4096, header: 1024, payload: 3072, signature: 1024 } as const;

/** An identifier in a claim: 1 to 128 characters, no half of a surrogate pair, which no table takes as a key. */
export const claimText = pipe(
  string(),
  nonEmpty(),
  maxLength(128),
  check((value) => value.isWellFormed()),
);
