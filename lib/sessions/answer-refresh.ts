import { viewPair } from './pair-view.ts';
import { type Browser, type RefreshingByCookie, refreshByCookie } from './refresh-by-cookie.ts';

type Needs = RefreshingByCookie & { readonly isRotating: boolean };

/** Answers a refresh: in the body if the refresh token came in the body (`given`), otherwise in cookies. */
export async function answerRefresh(needs: Needs, given: string | undefined, browser: Browser) {
  if (given === undefined) return viewPair(needs.cookies.renew, await refreshByCookie(needs, browser));
  const { access, refresh, added } = await needs.renew(given);
  return needs.isRotating ? { ...added, access, refresh } : { ...added, access };
}
