const [day, month, year, short, mark] = ['(?:0[1-9]|[12]\\d|3[01])', '(?:0[1-9]|1[0-2])', '(?:19\\d\\d|20[0-3]\\d)', '\\d\\d', '[-./ _]'];
const form = (...parts: readonly string[]) => new RegExp(`^${parts.join('')}$`);

/** Days and months as they are written, by length. */
const forms: readonly (readonly [length: number, forms: readonly RegExp[]])[] = [
  [4, [form(year)]],
  [6, [form(day, month, short), form(month, day, short), form(short, month, day)]],
  [8, [form(day, month, year), form(month, day, year), form(year, month, day), form(day, mark, month, mark, short)]],
  [10, [form(day, mark, month, mark, year), form(month, mark, day, mark, year), form(year, mark, month, mark, day)]],
];

/** The lengths of the dates from 1900 to 2039 that begin at a character; a year is one of four. */
export function datesAt(characters: readonly string[], at: number): number[] {
  const text = characters.slice(at, at + 10).join('');
  return forms.filter(([length, all]) => all.some((each) => each.test(text.slice(0, length)))).map(([length]) => length);
}
