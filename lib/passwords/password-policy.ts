import type { FieldError } from '#lib/problem.ts';

export const longestPassword = 256;

type Rules = { readonly minLength: number; readonly isCommon: (password: string) => boolean };

/**
 * What is wrong with a new password: its length in code points, its being common, its being one of the names the account has
 * (`identifiers`: field to value). No composition rules (NIST SP 800-63B-4 §3.1.1.2).
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

/** Whether a password is a name, or the part of an e-mail before the `@`, whatever the case. */
function isAlmost(password: string, identifier: string): boolean {
  const [one, other] = [password.toLowerCase(), identifier.toLowerCase()];
  return one === other || one === other.split('@', 1)[0];
}
