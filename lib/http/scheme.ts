import { type AuthScheme, authScheme } from '#lib/auth-scheme.ts';
import type { Caller, Refusal } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';

/** One way to prove who the caller is: it checks what follows the scheme's name in the header (RFC 9110 §11.4). */
export type Scheme = (credentials: string, client: Client) => Promise<Caller | Refusal>;

/** The schemes that a function implements; every function implements access tokens. */
export type Kinds = Readonly<Partial<Record<AuthScheme, Scheme>>> & { readonly jwt: Scheme };

/**
 * The schemes of a function, keyed by the words of `AUTH_HEADER_TYPES` in lower case. Words for a scheme that the
 * function does not have are left out.
 */
export function schemesBy(words: readonly string[], own: Kinds): Readonly<Record<string, Scheme>> {
  const named = words.flatMap((word) => {
    const scheme = own[authScheme(word)];
    return scheme ? [[word.toLowerCase(), scheme] as const] : [];
  });
  return Object.fromEntries(named);
}

/**
 * The caller that an `Authorization` header proves, or the refusal. The case of the scheme does not matter (RFC 9110
 * §11.1), and one word of credentials must follow it, after spaces or tabs, as Django REST Framework reads it. `otherwise` answers if the header names none of the `schemes`.
 */
export async function bySchemes(
  schemes: Readonly<Record<string, Scheme>>,
  authorization: string,
  client: Client,
  otherwise: () => Promise<Caller | Refusal> = async () => ({ code: 'not_authenticated', detail: 'not_authenticated_detail' }),
): Promise<Caller | Refusal> {
  const [name = '', credentials, ...rest] = authorization.trim().split(/[ \t]+/);
  const known = name.toLowerCase();
  const scheme = Object.hasOwn(schemes, known) ? schemes[known] : undefined;
  if (!scheme) return await otherwise();
  if (!credentials || rest.length > 0) return { code: 'bad_authorization_header', detail: 'bad_authorization_header_detail' };
  return await scheme(credentials, client);
}
