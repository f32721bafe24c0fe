import { Problem, type ProblemCode } from '#lib/problem.ts';
import type { Phrase } from '#lib/wording.ts';

/** Why a token was refused: one public word, and the private reason for the log. */
export type TokenRefusal = { readonly refused: 'invalid' | 'expired' | 'wrong-type' | 'blacklisted'; readonly reason: string };

/** Why a token with a good signature is void: its user or session has changed since. */
export type StandingRefusal = { readonly refused: 'blacklisted' | 'user-gone' | 'user-inactive'; readonly reason: string };

/** A token that is not valid for a private reason. */
export const invalid = (reason: string): TokenRefusal => ({ refused: 'invalid', reason });

type Refusal = TokenRefusal | StandingRefusal;

const words = {
  invalid: { code: 'token_not_valid', detail: 'token_invalid' },
  expired: { code: 'token_not_valid', detail: 'token_expired' },
  'wrong-type': { code: 'token_not_valid', detail: 'token_wrong_type' },
  blacklisted: { code: 'token_not_valid', detail: 'token_blacklisted' },
  'user-gone': { code: 'user_not_found', detail: 'user_not_found' },
  'user-inactive': { code: 'user_inactive', detail: 'user_inactive' },
} as const satisfies Record<Refusal['refused'], { code: ProblemCode; detail: Phrase }>;

/** The code and the words a client is given for a refused token: simplejwt's. The private reason goes no further than the log. */
export function refusalWords({ refused }: Refusal): { code: ProblemCode; detail: Phrase } {
  return words[refused];
}

/** A refused token as the 401 it ends in. */
export function refusalProblem(refusal: Refusal): Problem {
  const { code, detail } = words[refusal.refused];
  return new Problem(code, { detail, reason: refusal.reason });
}
