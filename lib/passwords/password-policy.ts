import type { FieldError } from '#lib/problem.ts';
import type { Words } from './common-words.ts';
import { folded, longestPassword } from './folded.ts';
import { isSimilar } from './similarity.ts';
import { wordsNear } from './words-near.ts';

type Rules = {
  readonly minLength: number;
  /** Whether attackers try a password first, if they know these words. */
  readonly isCommon: (password: string, near?: Words) => boolean;
  /** The words of the service: its name and its domains. */
  readonly serviceWords?: Words;
};

/**
 * The errors of a new password. Its length is in code points. It must not be common, nor made of the user's `names` (field
 * to value) or the service's words (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.1.2, 6.2.11). A number must be longer than a
 * telephone number. There are no other composition rules.
 */
export function passwordErrors(password: string, names: Readonly<Record<string, string | undefined>>, rules: Rules): FieldError[] {
  const normal = password.normalize('NFC');
  const length = [...normal].length;
  if (length < rules.minLength) return [{ phrase: 'password_too_short', values: { limit: rules.minLength } }];
  if (length > longestPassword) return [{ phrase: 'password_too_long', values: { limit: longestPassword } }];
  const like = Object.keys(names).find((field) => isSimilar(folded(normal), folded(names[field] ?? '')));
  if (like !== undefined) return [{ phrase: 'password_is_identifier', values: { field: like } }];
  if (rules.isCommon(normal)) return [{ phrase: 'password_too_common' }];
  const made = Object.keys(names).find((field) => rules.isCommon(normal, wordsNear([names[field]])));
  if (made !== undefined) return [{ phrase: 'password_is_identifier', values: { field: made } }];
  const near = new Map([...wordsNear(Object.values(names)), ...(rules.serviceWords ?? [])]);
  if (rules.isCommon(normal, near)) return [{ phrase: 'password_is_context' }];
  return isNumeric(normal) ? [{ phrase: 'password_entirely_numeric' }] : [];
}

/** Whether a password is digits only, also written in groups, and no longer than a telephone number (E.164: 15 digits). */
const isNumeric = (password: string): boolean => /^(?:\p{Nd}[\s()./+-]*){1,15}$/u.test(folded(password).replace(/^[\s(+]+/, ''));
