import { matchesOrigin } from '#lib/origins.ts';
import { Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/** The headers of a request, and in `origin` the scheme and host it was sent to. */
export type Sent = { readonly header: (name: string) => string | undefined; readonly origin: string };

/** Whether a request was sent by a page that may use the cookies which the browser adds to it. */
export type OwnPages = (sent: Sent) => boolean;

type Given = Pick<Settings, 'CORS_ORIGINS' | 'PUBLIC_URL'>;

/**
 * The defence against forged requests (ASVS 5.0 §3.5.1), beside `SameSite`. A request passes if `Sec-Fetch-Site` is
 * `same-origin`, or if its `Origin` is ours or in CORS_ORIGINS; no page can write either header. A request with neither
 * header is refused: it comes from an old browser, or from a program, which can use the `Authorization` header.
 */
export function ownPages({ CORS_ORIGINS, PUBLIC_URL }: Given): OwnPages {
  const known = [...CORS_ORIGINS, ...(PUBLIC_URL ? [new URL(PUBLIC_URL).origin] : [])];
  return ({ header, origin }) => {
    if (header('sec-fetch-site') === 'same-origin') return true;
    const from = header('origin');
    return from !== undefined && (from === origin || matchesOrigin(known, from));
  };
}

/** Whether a method changes nothing (RFC 9110 §9.2.1), so that forging it does no harm. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** The refusal of a request that no page of ours sent. */
export function forged(): Problem {
  return new Problem('csrf_failed', { reason: 'sent by no page of ours' });
}
