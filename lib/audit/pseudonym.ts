import { createHmac, hkdfSync } from 'node:crypto';

/**
 * 22 characters that stand for an address or an identifier in the log and in the audit trail: an HMAC under a key of
 * its own (HKDF, RFC 5869). The same value has the same pseudonym, so that rows and lines can be joined. Without the
 * key it cannot be guessed from the few values there are.
 */
export function pseudonym(secret: Uint8Array, kind: 'address' | 'account', value: string): string {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'gatehouse audit', 32));
  return createHmac('sha256', key).update(`${kind}\0${value}`).digest('base64url').slice(0, 22);
}
