/** Rows for people: a line of headings, columns as wide as their content, and no terminal control characters. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [headings, ...rows].map((row) => row.map(printable));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Names for people, each before its value. */
export function card(entries: readonly (readonly [name: string, value: string])[]): string[] {
  const longest = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(longest)}  ${printable(value)}`.trimEnd());
}

/**
 * Control characters move cursors and change titles, and formatting ones reverse a line (Trojan Source): both are shown
 * as a mark.
 */
const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

/** The columns of a text on a terminal: East Asian letters and pictures take two. */
function width(text: string): number {
  return [...text].reduce((sum, character) => sum + (/\p{M}/u.test(character) ? 0 : isWide(character) ? 2 : 1), 0);
}

const isWide = (character: string) =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
    character,
  );
