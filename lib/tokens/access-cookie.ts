import type { Caller, Refusal } from '#lib/caller/caller.ts';
import type { Asked } from '#lib/http/authorizer.ts';
import { isSafe, ownPages } from '#lib/http/own-page.ts';
import type { Scheme } from '#lib/http/scheme.ts';
import { log } from '#lib/log.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/** The cookie of access tokens. The prefix binds it to this host, path `/` and TLS (RFC 6265bis §4.1.3.2). */
export const accessCookie = '__Host-access';

type Given = Pick<Settings, 'AUTH_COOKIES' | 'CORS_ORIGINS' | 'PUBLIC_URL'>;

/**
 * Makes the function that finds the caller by an access cookie; undefined if the stage has no cookies. Browsers send
 * the cookie by themselves, so a request that changes something must come from a page of ours, or it is `csrf_failed`.
 * If there are two such cookies, neither is accepted (`token_not_valid`).
 */
export function byAccessCookie(settings: Given, judge: Scheme): ((asked: Asked) => Promise<Caller | Refusal>) | undefined {
  if (settings.AUTH_COOKIES === 'off') return undefined;
  const isOwnPage = ownPages(settings);
  return async (asked) => {
    const [token, second] = asked.cookies(accessCookie);
    if (token === undefined) return { code: 'not_authenticated', detail: 'not_authenticated_detail' };
    if (!isSafe(asked.method) && !isOwnPage(asked)) return refused('sent by no page of ours', 'csrf_failed', 'csrf_failed_detail');
    if (second !== undefined) return refused('two access cookies', 'token_not_valid', 'token_invalid');
    const outcome = await judge(token, asked.client);
    return 'code' in outcome ? outcome : { ...outcome, isByCookie: true };
  };
}

function refused(reason: string, code: Refusal['code'], detail: Refusal['detail']): Refusal {
  log.info('authz_refused', { reason });
  return { code, detail };
}
