/** The longest piece whose repetition is looked for inside a text. */
export const longestPiece = 4;

/** How many characters from a position on repeat the piece of `period` characters there; 0 if it comes only once. */
export function repeatedFor(characters: readonly string[], at: number, period: number): number {
  let end = at + period;
  while (end < characters.length && characters[end] === characters[end - period]) end += 1;
  return end - at >= 2 * period ? end - at : 0;
}

/** The piece that a whole text repeats, whatever its length; the text itself if it repeats none. */
export function pieceOf(characters: readonly string[]): readonly string[] {
  for (let period = 1; period * 2 <= characters.length; period += 1)
    if (repeatedFor(characters, 0, period) === characters.length) return characters.slice(0, period);
  return characters;
}
