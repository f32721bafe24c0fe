import { decodeJwt } from 'jose';

/** The session that a token names, whoever signed it; undefined where it names none. It proves nothing. */
export function sidOf(token: string): string | undefined {
  try {
    const { sid } = decodeJwt(token);
    return typeof sid === 'string' ? sid : undefined;
  } catch {
    return undefined;
  }
}
