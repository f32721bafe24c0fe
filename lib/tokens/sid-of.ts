import { decodeJwt } from 'jose';

/** The `sid` in a token, without a check of its signature: it proves nothing. Undefined if there is none. */
export function sidOf(token: string): string | undefined {
  try {
    const { sid } = decodeJwt(token);
    return typeof sid === 'string' ? sid : undefined;
  } catch {
    return undefined;
  }
}
