import { number, object, string, union } from 'valibot';
import type { NewTokens } from '#lib/sessions/carry-on.ts';
import { viewPair } from '#lib/sessions/pair-view.ts';
import type { GiveCookies } from '#lib/sessions/session-cookies.ts';

/**
 * The tokens after a change of password, in the format of the endpoint that issued the caller's: a pair, a sliding
 * token, cookies (`expires_in` is the access token's, in seconds), or nothing for a caller without a session.
 */
export const passwordChangedView = union([
  object({ refresh: string(), access: string() }),
  object({ token: string() }),
  object({ expires_in: number() }),
  object({}),
]);

export function viewPasswordChanged(give: GiveCookies | undefined, tokens: NewTokens | undefined) {
  if (!tokens) return {};
  return 'token' in tokens ? { token: tokens.token } : viewPair(give, tokens.pair);
}
