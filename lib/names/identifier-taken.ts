import { Problem } from '#lib/problem.ts';
import type { IdentifierKind } from './identifier.ts';

/**
 * The problem that names the fields whose values belong to another account. `usernameField` is where the username was
 * typed.
 */
export function identifierTaken(kinds: readonly IdentifierKind[], usernameField: 'username' | 'name' = 'username'): Problem {
  const field = (kind: IdentifierKind) => (kind === 'username' ? usernameField : kind);
  const errors = Object.fromEntries(kinds.map((kind) => [field(kind), [{ phrase: `${kind}_taken` as const }]]));
  return new Problem('identifier_taken', { errors });
}
