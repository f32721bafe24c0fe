import { cleaned } from './pasted.ts';

/**
 * Letters with their marks, digits, dots, underscores and hyphens of any script. At least one letter, so that a username is
 * never a number. The first character is not a mark, and no more marks follow each other than a script writes.
 */
const pattern = /^(?=.*\p{L})(?!.*\p{M}{7})(?!.*\p{Script=Inherited}{3})[\p{L}\p{Nd}._-][\p{L}\p{M}\p{Nd}._\-\u200c\u200d]{1,31}$/u;

/** Letters and marks that are not drawn, such as the Hangul filler U+3164; joiners are in their place or removed. */
const notDrawn = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u;

/**
 * A username as it is shown: without what paste adds (`cleaned`). Undefined if it is invalid, or its key would be.
 */
export function shownUsername(typed: string): string | undefined {
  const shown = cleaned(typed);
  return isUsername(shown) && isUsername(folded(shown)) ? shown : undefined;
}

const isUsername = (text: string) => pattern.test(text) && !notDrawn.test(text);

/**
 * The unique key of a username: NFKC, case folded, without joiners. It is folded until nothing changes, because lower case
 * can produce text that NFKC folds again, and the key of a key has to be itself.
 */
export function usernameKey(typed: string): string | undefined {
  const shown = shownUsername(typed);
  return shown === undefined ? undefined : folded(shown);
}

/** The beginning of a username as it is searched: folded like a key, of any length. */
export function usernameStart(typed: string): string {
  return folded(cleaned(typed));
}

function folded(shown: string): string {
  let key = shown;
  for (let next = fold(key); next !== key; next = fold(key)) key = next;
  return key;
}

/**
 * Full case folding (Unicode Standard 16.0 §3.13) by way of upper case, which makes `ß` and `SS` one name, and `ς` and `σ`.
 * `İ` in lower case is an i and a combining dot; the dot is removed.
 */
const fold = (text: string) =>
  text
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll(/[\u0307\u200c\u200d]/g, '')
    .normalize('NFKC');
