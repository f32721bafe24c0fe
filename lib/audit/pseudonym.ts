import { createHmac } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import { type LookupSecrets, makingSecret } from '#lib/lookup-secrets.ts';

/**
 * 22 characters that stand for an address or an identifier in the log and in the audit trail: an HMAC under a key of
 * its own. The same value has the same pseudonym until the lookup secret changes, so that rows and lines can be joined.
 * Without the key it cannot be guessed from the few values there are. `at` is the instant of the event, in seconds since
 * 1970: whoever reads the event, and whenever, gets the same pseudonym.
 */
export function pseudonym(secrets: LookupSecrets, at: number, kind: 'address' | 'account', value: string): string {
  return createHmac('sha256', derivedKey('audit', makingSecret(secrets, at)))
    .update(`${kind}\0${value}`)
    .digest('base64url')
    .slice(0, 22);
}
