import type { Words } from './common-words.ts';
import { folded } from './folded.ts';
import { guessBits } from './guesses.ts';

/**
 * The fewest bits of a password: an attacker with ten tries in each quarter of an hour needs 3,000 years for them, and
 * two words of the thousand most used have fewer.
 */
const leastBits = 30;
const noWords: Words = new Map();

/**
 * Whether a password is one that attackers try first (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.1.2, 6.2.11), whatever its
 * capitals and its width: a word of zxcvbn's list or two of the most used, also with digits and marks around or in place
 * of letters, a walk over the keyboard, a date, a repetition of these. `near` are words about the user or the service.
 */
export function isCommonPassword(password: string, near: Words = noWords): boolean {
  const text = folded(password);
  const joined = text.replace(/[\s._-]+/g, '');
  return guessBits(text, near) < leastBits || guessBits(joined, near) < leastBits;
}
