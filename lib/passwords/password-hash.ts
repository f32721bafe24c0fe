import { createHash } from 'node:crypto';
import bcrypt from 'bcryptjs';

const algorithm = 'bcrypt_sha256';
const pattern = /^bcrypt_sha256\$(\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53})$/;

/**
 * An encoded hash in Django's `bcrypt_sha256` format: `bcrypt_sha256$` and the bcrypt string of the password's SHA-256 in hex.
 * bcrypt reads 72 bytes at most, the digest makes sure that every character of a long password counts. `rounds` is the
 * power of two of the cost. The password is taken in NFC, so that it is the same from every keyboard (NIST SP 800-63B-4 §3.1.1.2).
 */
export async function hashPassword(password: string, rounds: number): Promise<string> {
  return `${algorithm}$${await bcrypt.hash(digest(password), rounds)}`;
}

/**
 * Whether a password belongs to an encoded hash. `encoded` undefined is nobody's: it takes the same time against a decoy of
 * the current cost and never matches, so that an unknown account cannot be told from a wrong password by the clock.
 */
export async function passwordMatches(password: string, encoded: string | undefined, rounds: number): Promise<boolean> {
  const bcryptHash = pattern.exec(encoded ?? '')?.[1];
  const matches = await bcrypt.compare(digest(password), bcryptHash ?? decoy(rounds));
  return matches && bcryptHash !== undefined;
}

/** Whether a hash was made otherwise than one would be made today. */
export function isOutdated(encoded: string, rounds: number): boolean {
  return Number(pattern.exec(encoded)?.[2]) !== rounds;
}

/** A well-formed hash that no password is known for: bcryptjs answers at once, without any work, to one that is not. */
function decoy(rounds: number): string {
  return `$2b$${String(rounds).padStart(2, '0')}$Gatehouse.Decoy.Salt..Gatehouse.Decoy.Digest.NobodyKn`;
}

function digest(password: string): string {
  return createHash('sha256').update(password.normalize('NFC'), 'utf8').digest('hex');
}
