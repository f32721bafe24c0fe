import passwords from '@zxcvbn-ts/language-common/src/passwords.json' with { type: 'json' };

let known: ReadonlySet<string> | undefined;

/** Whether a password stands in zxcvbn's list of the most common ones, whatever its case (NIST SP 800-63B-4 §3.1.1.2). */
export function isCommonPassword(password: string): boolean {
  known ??= new Set<string>(passwords);
  return known.has(password.toLowerCase());
}
