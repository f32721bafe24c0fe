import { number, optional, string, union } from 'valibot';
import { withFields } from '#lib/hooks/fields.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { Answer } from '#lib/http/answer.ts';
import type { GiveCookies } from './session-cookies.ts';
import type { TokenPair } from './token-pair.ts';

/** The body if the pair is sent as cookies: for how many seconds the access token is valid. */
const inCookies = { expires_in: number() };

/** The answer of `/token/`, with the fields that hooks.ts adds. */
export function pairViewWith(hook: Hooks['TOKEN_OBTAIN_SERIALIZER']) {
  return union([withFields({ refresh: string(), access: string(), device: optional(string()) }, hook), withFields(inCookies, hook)]);
}

/** The answer of `/token/refresh/`, with the fields that hooks.ts adds; `refresh` if tokens rotate. */
export function refreshedViewWith(hook: Hooks['TOKEN_REFRESH_SERIALIZER']) {
  return union([withFields({ access: string(), refresh: optional(string()) }, hook), withFields(inCookies, hook)]);
}

/** A pair in the body, or as cookies and a body without tokens if the client wants to keep them from scripts. */
export function viewPair(give: GiveCookies | undefined, { added, ...pair }: TokenPair, device?: string) {
  if (!give) return { ...added, refresh: pair.refresh, access: pair.access, ...(device && { device }) };
  return new Answer({ ...added, expires_in: pair.expiresInSeconds }, { cookies: give({ ...pair, device }) });
}
