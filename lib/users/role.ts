/** The most bytes of JSON that the roles of a user can take. Tokens carry them. */
export const longestRoles = 512;

/** The role that may look after other users (`abilities.ts`). It is Django's `is_staff`. */
export const staff = 'staff';

/**
 * Normalises the name of a role: 1 to 64 characters, trimmed, without control characters. Undefined if it is invalid.
 */
export function roleName(typed: string): string | undefined {
  const name = typed.trim().normalize('NFKC');
  return /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(name) ? name : undefined;
}

/** The most roles that a user can have. Each is a row, and all are written in one transaction with the user. */
export const mostRoles = 40;

/** Whether these roles fit into a token and a transaction. */
export function rolesFit(roles: readonly string[]): boolean {
  return roles.length <= mostRoles && Buffer.byteLength(JSON.stringify(roles)) <= longestRoles;
}
