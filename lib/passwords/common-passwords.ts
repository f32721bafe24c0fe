import { brotliDecompressSync } from 'node:zlib';
import packed from './common-passwords.json' with { type: 'json' };

/** The passwords of zxcvbn's list: lower case, at least four characters. */
export const knownPasswords = () => brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8').split('\n');

let known: ReadonlySet<string> | undefined;

/**
 * Whether a password is one that attackers try first, in any case (NIST SP 800-63B-4 §3.1.1.2). It is in zxcvbn's list,
 * also with up to four digits or marks added, or it is a repetition or sequence, which that list leaves to a rule.
 */
export function isCommonPassword(password: string): boolean {
  known ??= new Set(knownPasswords());
  const lower = password.toLowerCase();
  const [, stem = lower] = /^(.{4,}?)[\d!-/:-@[-`{-~]{1,4}$/su.exec(lower) ?? [];
  return known.has(lower) || known.has(stem) || isTrivial(password);
}

/** Whether a password repeats a short piece (`11111111`, `123123123`), or counts up or down (`987654321`). */
function isTrivial(password: string): boolean {
  if (/^(.{1,4})\1+$/su.test(password)) return true;
  const steps = [...password]
    .map((character) => character.codePointAt(0) ?? 0)
    .map((code, index, codes) => code - (codes[index - 1] ?? code));
  const [, first = 0, ...rest] = steps;
  return Math.abs(first) === 1 && rest.every((step) => step === first);
}
