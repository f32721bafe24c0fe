/** Letters, digits, dots, underscores and hyphens of any script; at least one letter, so that no username is a number. */
const pattern = /^(?=.*\p{L})[\p{L}\p{Nd}._-]{2,32}$/u;

/** A username as it is shown: compatibility forms (full width, ligatures) folded by NFKC, white space around it gone. */
export function shownUsername(typed: string): string | undefined {
  const shown = typed.trim().normalize('NFKC');
  return pattern.test(shown) ? shown : undefined;
}

/**
 * What makes a username unique: NFKC and lower case. Folded until nothing changes, because lower case can bring forth what
 * NFKC folds again, and a key of a key has to be itself.
 */
export function usernameKey(typed: string): string | undefined {
  const shown = shownUsername(typed);
  return shown === undefined ? undefined : folded(shown);
}

/** The beginning of a username as it is searched: folded as its key is, of any length. */
export function usernameStart(typed: string): string {
  return folded(typed.trim().normalize('NFKC'));
}

function folded(shown: string): string {
  let key = shown;
  for (let next = fold(key); next !== key; next = fold(key)) key = next;
  return key;
}

/** `İ` in lower case is an i and a combining dot, which no username holds: the dot goes. */
const fold = (text: string) => text.toLowerCase().replaceAll('\u0307', '').normalize('NFKC');
