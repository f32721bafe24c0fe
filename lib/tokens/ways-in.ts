import type { Caller, Refusal } from '#lib/caller/caller.ts';
import type { Asked } from '#lib/http/authorizer.ts';
import { bySchemes, type Kinds, schemesBy } from '#lib/http/scheme.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { byAccessCookie } from './access-cookie.ts';

type Given = Pick<Settings, 'AUTH_HEADER_NAME' | 'AUTH_HEADER_TYPES' | 'AUTH_COOKIES' | 'CORS_ORIGINS' | 'PUBLIC_URL'>;

/**
 * Makes the function that finds the caller of a request: by the header and the stage's schemes, or by the access cookie
 * if the stage has cookies and the header names no scheme.
 */
export function waysIn(settings: Given, kinds: Kinds): (asked: Asked) => Promise<Caller | Refusal> {
  const schemes = schemesBy(settings.AUTH_HEADER_TYPES, kinds);
  const byCookie = byAccessCookie(settings, kinds.jwt);
  const header = settings.AUTH_HEADER_NAME.toLowerCase();
  return (asked) => bySchemes(schemes, asked.header(header) ?? '', asked.client, byCookie && (() => byCookie(asked)));
}
