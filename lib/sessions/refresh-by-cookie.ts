import type { Sent } from '#lib/http/own-page.ts';
import { Problem } from '#lib/problem.ts';
import { accessCookie } from '#lib/tokens/access-cookie.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import { sidOf } from '#lib/tokens/sid-of.ts';
import { refreshCookie, type SessionCookies } from './session-cookies.ts';
import type { TokenPair } from './token-pair.ts';

/** What it takes to refresh by cookie. */
export type RefreshingByCookie = {
  readonly cookies: SessionCookies;
  /** Refreshes a token. */
  readonly renew: (token: string) => Promise<TokenPair>;
};
/** The browser's request: its headers, origin and cookies. */
export type Browser = Sent & { readonly cookies: (name: string) => readonly string[] };

/**
 * New tokens for the refresh token in the cookie. Throws `validation_failed` if there is no cookie, as for a body
 * without a token, `csrf_failed` if no page of ours sent the request, and what a refresh throws. The answer to a
 * refused token also deletes the cookies.
 */
export async function refreshByCookie({ renew, cookies }: RefreshingByCookie, browser: Browser): Promise<TokenPair> {
  const tokens = cookies.areOn ? browser.cookies(refreshCookie) : [];
  if (tokens.length === 0) throw new Problem('validation_failed', { errors: { refresh: [{ phrase: 'required' }] } });
  cookies.refuseForged(browser);
  try {
    return await renew(tokenOfOurs(tokens, browser.cookies(accessCookie)));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    throw new Problem(error.code, { ...error.options, cookies: cookies.take() });
  }
}

/**
 * Another site under the same domain can plant a cookie with the refresh cookie's name, but not with the access
 * cookie's (`__Host-`). So a refresh token counts only together with an access token of its own session, which may be
 * expired.
 */
function tokenOfOurs([token = '', second]: readonly string[], [access, other]: readonly string[]): string {
  const refused = (reason: string) => refusalProblem({ refused: 'invalid', reason });
  if (second !== undefined || other !== undefined) throw refused('two cookies of one name');
  const sid = sidOf(token);
  if (sid === undefined || sid !== (access && sidOf(access))) throw refused('a refresh cookie without its access cookie');
  return token;
}
