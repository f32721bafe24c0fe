/**
 * Letters, digits, dots, underscores and hyphens of any script. At least one letter, so that a username is never a
 * number.
 */
const pattern = /^(?=.*\p{L})[\p{L}\p{Nd}._-]{2,32}$/u;

/**
 * A username as it is shown: trimmed, with compatibility forms (full width, ligatures) folded by NFKC. Undefined if it
 * is invalid.
 */
export function shownUsername(typed: string): string | undefined {
  const shown = typed.trim().normalize('NFKC');
  return pattern.test(shown) ? shown : undefined;
}

/**
 * The unique key of a username: NFKC and lower case. It is folded until nothing changes, because lower case can produce
 * text that NFKC folds again, and the key of a key has to be itself.
 */
export function usernameKey(typed: string): string | undefined {
  const shown = shownUsername(typed);
  return shown === undefined ? undefined : folded(shown);
}

/** The beginning of a username as it is searched: folded like a key, of any length. */
export function usernameStart(typed: string): string {
  return folded(typed.trim().normalize('NFKC'));
}

function folded(shown: string): string {
  let key = shown;
  for (let next = fold(key); next !== key; next = fold(key)) key = next;
  return key;
}

/** `İ` in lower case is an i and a combining dot. No username has that dot, so it is removed. */
const fold = (text: string) => text.toLowerCase().replaceAll('\u0307', '').normalize('NFKC');
