/** The most that somebody's roles can take, in bytes of JSON: tokens carry them. */
export const longestRoles = 512;

/** The role that may look after other users (`abilities.ts`). Django's `is_staff`. */
export const staff = 'staff';

/** A role's name: 1 to 64 characters, white space around it gone, no control characters. Undefined where it is none. */
export function roleName(typed: string): string | undefined {
  const name = typed.trim().normalize('NFKC');
  return /^[^\p{Cc}\p{Cs}]{1,64}$/u.test(name) ? name : undefined;
}

/** The most roles that somebody can have: each is a row of its own, and all of them go in one transaction with the user. */
export const mostRoles = 40;

/** Whether there is room for these, in a token and in a transaction. */
export function rolesFit(roles: readonly string[]): boolean {
  return roles.length <= mostRoles && Buffer.byteLength(JSON.stringify(roles)) <= longestRoles;
}
