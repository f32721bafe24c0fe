import { commonWords, type Words } from './common-words.ts';
import { datesAt } from './dates.ts';
import { longestPiece, pieceOf, repeatedFor } from './repetitions.ts';
import { walksOf } from './walks.ts';

/** Something that an attacker tries as a whole: how many characters it has, and how many bits it costs to guess it. */
type Piece = readonly [length: number, bits: number];

const longestWord = 40;
/** A walk costs a bit for each of its first steps. */
const [shortestWalk, mostSteps] = [4, 12];
/** The cost of choosing a kind of piece, and of reading digits and marks as letters. */
const [bitsOfKind, bitsOfLooks] = [1, 2];
const [bitsOfDigit, bitsOfLetter, bitsOfCapitals, bitsOfMark, bitsOfIdeograph] = [3.3, 4.7, 1, 5.5, 10];
const [bitsOfYear, bitsOfDay, bitsOfWalk, bitsOfRepeating] = [7, 15, 8, 3];

/**
 * How many bits a text has against an attacker who tries words, walks, dates and repetitions, and the rest character by
 * character. It is the sum of the cheapest pieces, as zxcvbn counts (Wheeler, USENIX Security 2016, §4). `near` are words
 * about the user or the service.
 */
export function guessBits(text: string, near: Words): number {
  const written = pieceOf([...text]);
  const characters = [...written.join('').toLowerCase()];
  const bitsOf = costs(hasCapitalsInside(written.join('')));
  const best = [0];
  const pieces = piecesOf(characters, near, bitsOf);
  for (let at = 0; at < characters.length; at += 1)
    for (const [length, bits] of pieces(at))
      best[at + length] = Math.min(best[at + length] ?? Number.POSITIVE_INFINITY, (best[at] ?? 0) + bits);
  return (best[characters.length] ?? 0) + (written.join('') === text ? 0 : bitsOfRepeating);
}

type Costs = (character: string) => number;

function piecesOf(characters: readonly string[], near: Words, bitsOf: Costs) {
  const walks = walksOf(characters);
  const readings = readingsOf(characters);
  return function* (at: number): Generator<Piece> {
    yield [1, bitsOf(characters[at] ?? '')];
    for (let length = shortestWalk; at + length - 1 <= (walks[at] ?? at); length += 1)
      yield [length, bitsOfKind + bitsOfWalk + Math.min(length, mostSteps)];
    for (const length of datesAt(characters, at)) yield [length, bitsOfKind + (length === 4 ? bitsOfYear : bitsOfDay)];
    for (let period = 1; period <= longestPiece; period += 1) {
      const bits = characters.slice(at, at + period).reduce((sum, each) => sum + bitsOf(each), bitsOfRepeating);
      const length = repeatedFor(characters, at, period);
      if (length > 0) yield [length, bits];
    }
    for (const [index, reading] of readings.entries()) yield* wordsAt(reading, at, near, bitsOfKind + (index === 0 ? 0 : bitsOfLooks));
  };
}

function* wordsAt(characters: readonly string[], at: number, near: Words, more: number): Generator<Piece> {
  const tried = commonWords();
  let word = '';
  for (let length = 1; length <= longestWord && at + length <= characters.length; length += 1) {
    word += characters[at + length - 1];
    const bits = near.get(word) ?? tried.get(word);
    if (bits !== undefined) yield [length, more + bits];
  }
}

/** The text as it is, and as it reads if digits and marks stand for the letters they look like. */
function readingsOf(characters: readonly string[]): (readonly string[])[] {
  const read = (one: string) => characters.map((each) => (ones.includes(each) ? one : (looks[each] ?? each)));
  return [characters, read('i'), read('l')];
}
const ones = '1!|';
const looks: Readonly<Partial<Record<string, string>>> = Object.assign(Object.create(null), {
  ...{ '0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '@': 'a', $: 's', '€': 'e', '+': 't' },
});

/** Capitals at the beginning, or everywhere, are the first that attackers try; others cost a bit each letter. */
const hasCapitalsInside = (text: string) => /\p{Ll}/u.test(text) && /.\p{Lu}/u.test(text);

const costs =
  (hasCapitals: boolean): Costs =>
  (character) => {
    if (/\p{Nd}/u.test(character)) return bitsOfDigit;
    if (!/\p{L}/u.test(character)) return bitsOfMark;
    if (/\p{Lo}/u.test(character)) return bitsOfIdeograph;
    return bitsOfLetter + (hasCapitals ? bitsOfCapitals : 0);
  };
