import { type AuthScheme, authScheme } from '#lib/auth-scheme.ts';
import type { Caller, Refusal } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';

/** One way of proving who is calling: judges what follows the scheme's name in the header (RFC 9110 §11.4). */
export type Scheme = (credentials: string, client: Client) => Promise<Caller | Refusal>;

/** The schemes that a function has; every one has that of access tokens. */
export type Kinds = Readonly<Partial<Record<AuthScheme, Scheme>>> & { readonly jwt: Scheme };

/**
 * The schemes of a stage under the words of `AUTH_HEADER_TYPES`, in lower case, of those a function has. A word for a scheme it does not
 * have is nobody's.
 */
export function schemesBy(words: readonly string[], own: Kinds): Readonly<Record<string, Scheme>> {
  const named = words.flatMap((word) => {
    const scheme = own[authScheme(word)];
    return scheme ? [[word.toLowerCase(), scheme] as const] : [];
  });
  return Object.fromEntries(named);
}

/**
 * Who the sender of an `Authorization` header is, by the schemes of this stage, named in lower case, or the words of the refusal. The
 * scheme's case does not matter (RFC 9110 §11.1); every scheme there is takes one word. `otherwise` is asked where the header
 * names no scheme of this stage.
 */
export async function bySchemes(
  schemes: Readonly<Record<string, Scheme>>,
  authorization: string,
  client: Client,
  otherwise: () => Promise<Caller | Refusal> = async () => ({ code: 'not_authenticated', detail: 'not_authenticated_detail' }),
): Promise<Caller | Refusal> {
  const [name = '', credentials, ...rest] = authorization.trim().split(/ +/);
  const known = name.toLowerCase();
  const scheme = Object.hasOwn(schemes, known) ? schemes[known] : undefined;
  if (!scheme) return await otherwise();
  if (!credentials || rest.length > 0) return { code: 'bad_authorization_header', detail: 'bad_authorization_header_detail' };
  return await scheme(credentials, client);
}
