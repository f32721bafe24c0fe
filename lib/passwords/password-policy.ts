import type { FieldError } from '#lib/problem.ts';

/** The longest password, in code points. */
export const longestPassword = 256;

type Rules = { readonly minLength: number; readonly isCommon: (password: string) => boolean };

/**
 * The errors of a new password: its length in code points, whether it is common, and whether it equals one of the
 * user's `identifiers` (field to value). There are no composition rules (NIST SP 800-63B-4 §3.1.1.2).
 */
export function passwordErrors(password: string, identifiers: Readonly<Record<string, string | undefined>>, rules: Rules): FieldError[] {
  const normal = password.normalize('NFC');
  const length = [...normal].length;
  if (length < rules.minLength) return [{ phrase: 'password_too_short', values: { limit: rules.minLength } }];
  if (length > longestPassword) return [{ phrase: 'password_too_long', values: { limit: longestPassword } }];
  if (rules.isCommon(normal)) return [{ phrase: 'password_too_common' }];
  const [same] = Object.entries(identifiers).find(([, value]) => value !== undefined && isAlmost(normal, value)) ?? [];
  return same === undefined ? [] : [{ phrase: 'password_is_identifier', values: { field: same } }];
}

/** Whether a password is an identifier, or the part of an e-mail address before the `@`, in any case. */
function isAlmost(password: string, identifier: string): boolean {
  const [one, other] = [password.toLowerCase(), identifier.toLowerCase()];
  return one === other || one === other.split('@', 1)[0];
}
