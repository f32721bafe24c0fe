import type { Words } from './common-words.ts';
import { folded } from './folded.ts';
import { guessBits } from './guesses.ts';

/**
 * The fewest bits of a password. An attacker with ten tries in each quarter of an hour needs 3,000 years for 2³⁰ guesses.
 * Two words of the thousand most used have fewer bits.
 */
const leastBits = 30;
const noWords: Words = new Map();

/**
 * Whether attackers try a password first (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.1.2, 6.2.11). Capitals, width, marks between
 * the words, and digits in place of letters make no difference. `near` are words about the user or the service.
 */
export function isCommonPassword(password: string, near: Words = noWords): boolean {
  const text = folded(password);
  const joined = text.replace(/[\s._-]+/g, '');
  return guessBits(text, near) < leastBits || guessBits(joined, near) < leastBits;
}
