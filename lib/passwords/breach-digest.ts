import { createHash } from 'node:crypto';

/** The SHA-1 of a password in NFC, 20 bytes: how collections of breached passwords name it. */
export function breachDigest(password: string): Buffer {
  return createHash('sha1').update(password.normalize('NFC'), 'utf8').digest();
}
