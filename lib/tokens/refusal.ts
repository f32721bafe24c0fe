import { Problem, type ProblemCode } from '#lib/problem.ts';
import type { Phrase } from '#lib/wording.ts';

/** Why a token was refused: a public word, and the private reason for the log. */
export type TokenRefusal = { readonly refused: 'invalid' | 'expired' | 'wrong-type' | 'blacklisted'; readonly reason: string };

/** Why a correctly signed token is void: its user or session has changed since it was signed. */
export type StandingRefusal = { readonly refused: 'blacklisted' | 'user-gone' | 'user-inactive'; readonly reason: string };

/** A token that is refused as invalid, with its private reason. */
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

/** The code and sentence for a refused token: simplejwt's. The private reason is only logged. */
export function refusalWords({ refused }: Refusal): { code: ProblemCode; detail: Phrase } {
  return words[refused];
}

/** The 401 for a refused token. */
export function refusalProblem(refusal: Refusal): Problem {
  const { code, detail } = words[refusal.refused];
  return new Problem(code, { detail, reason: refusal.reason });
}
