import { forged, ownPages, type Sent } from '#lib/http/own-page.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { accessCookie } from '#lib/tokens/access-cookie.ts';
import type { TokenPair } from './token-pair.ts';

/** The cookie of refresh tokens. It is sent to one path only, so it cannot have the prefix `__Host-`. */
export const refreshCookie = '__Secure-refresh';

/** The cookie of a known device (`lib/sign-in/known-device.ts`). No other site can set it, because of its prefix. */
export const deviceCookie = '__Host-device';

/** Makes the `Set-Cookie` lines of a pair, and of the device that signed in. */
export type GiveCookies = (pair: Given) => string[];
type Given = Omit<TokenPair, 'added'> & { readonly device?: string | undefined };

/** How this stage sends tokens as cookies. */
export type SessionCookies = {
  readonly areOn: boolean;
  /**
   * How to send the tokens of a sign-in that asked for cookies; undefined if the body is to have them. Throws
   * `validation_failed` if the stage sets no cookies, and `csrf_failed` if no page of ours sent the request.
   */
  readonly wanted: (asked: { readonly wantsCookies?: boolean | undefined }, sent: Sent) => GiveCookies | undefined;
  /** Throws `csrf_failed` if no page of ours sent the request. */
  readonly refuseForged: (sent: Sent) => void;
  /** Sets both cookies: for as long as the session can last if it is remembered, otherwise until the browser ends. */
  readonly give: GiveCookies;
  /** Sets the cookies after a refresh: without rotation the refresh token is not set again. */
  readonly renew: GiveCookies;
  /** Makes the `Set-Cookie` lines that delete both cookies. */
  readonly take: () => string[];
};

type Chosen = Pick<
  Settings,
  'AUTH_COOKIES' | 'CORS_ORIGINS' | 'PUBLIC_URL' | 'API_PREFIX' | 'ROTATE_REFRESH_TOKENS' | 'KNOWN_DEVICE_LIFETIME'
>;

/** The stage's cookies: hidden from scripts, over TLS only, not sent with other sites' requests (ASVS 5.0 §3.3). */
export function sessionCookies(settings: Chosen): SessionCookies {
  const isOwnPage = ownPages(settings);
  const areOn = settings.AUTH_COOKIES !== 'off';
  const sameSite = settings.AUTH_COOKIES === 'strict' ? 'Strict' : 'Lax';
  const line = (name: string, value: string, path: string, maxAge: number | undefined) =>
    `${name}=${value}; Path=${path}; Secure; HttpOnly; SameSite=${sameSite}${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}`;
  const access = (value: string, maxAge: number | undefined) => line(accessCookie, value, '/', maxAge);
  const refresh = (value: string, maxAge: number | undefined) => line(refreshCookie, value, refreshPath(settings), maxAge);
  const maxAgeOf = ({ isRemembered, refreshSeconds }: Given) => (isRemembered ? refreshSeconds : undefined);

  const device = (value: string) => line(deviceCookie, value, '/', settings.KNOWN_DEVICE_LIFETIME);

  const give: GiveCookies = (pair) => [
    access(pair.access, maxAgeOf(pair)),
    refresh(pair.refresh, maxAgeOf(pair)),
    ...(pair.device ? [device(pair.device)] : []),
  ];
  const refuseForged = (sent: Sent) => {
    if (!isOwnPage(sent)) throw forged();
  };
  return {
    areOn,
    wanted({ wantsCookies }, sent) {
      if (!wantsCookies) return undefined;
      if (!areOn) throw new Problem('validation_failed', { errors: { cookies: [{ phrase: 'cookies_off' }] } });
      refuseForged(sent);
      return give;
    },
    refuseForged,
    give,
    renew: settings.ROTATE_REFRESH_TOKENS ? give : (pair) => [access(pair.access, maxAgeOf(pair))],
    take: () => [access('', 0), refresh('', 0)],
  };
}

/**
 * The path as the browser sees it, which may have a prefix of PUBLIC_URL. Without a slash at its end it matches both
 * spellings of the route (RFC 6265 §5.1.4).
 */
function refreshPath({ PUBLIC_URL, API_PREFIX }: Chosen): string {
  const before = PUBLIC_URL ? new URL(PUBLIC_URL).pathname.replace(/\/+$/, '') : '';
  return `${before}${API_PREFIX}/token/refresh`;
}
