import type { Caller, Refusal } from './caller.ts';

/** One way of proving who is calling: judges what follows the scheme's name in the header (RFC 9110 §11.4). */
export type Scheme = (credentials: string) => Promise<Caller | Refusal>;

/**
 * Who the sender of an `Authorization` header is, by the schemes of this stage, named in lower case, or the words of the refusal. The
 * scheme's case does not matter (RFC 9110 §11.1); every scheme there is takes one word. `otherwise` is asked where the header
 * names no scheme of this stage.
 */
export async function bySchemes(
  schemes: Readonly<Record<string, Scheme>>,
  authorization: string,
  otherwise: () => Promise<Caller | Refusal> = async () => ({ code: 'not_authenticated', detail: 'not_authenticated_detail' }),
): Promise<Caller | Refusal> {
  const [name = '', credentials, ...rest] = authorization.trim().split(/ +/);
  const known = name.toLowerCase();
  const scheme = Object.hasOwn(schemes, known) ? schemes[known] : undefined;
  if (!scheme) return await otherwise();
  if (!credentials || rest.length > 0) return { code: 'bad_authorization_header', detail: 'bad_authorization_header_detail' };
  return await scheme(credentials);
}
