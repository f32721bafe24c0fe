import type { Words } from './common-words.ts';
import { folded } from './folded.ts';

/** An attacker of a user or service tries its words first of all. */
const bitsOfNear = 1;
const shortestDigits = 4;

/**
 * The words of names, addresses, hosts and numbers: the whole, its parts without marks between them, and the last digits
 * of a number.
 */
export function wordsNear(values: readonly (string | undefined)[]): Words {
  const words = values.flatMap((value) => wordsOf(folded(value ?? '').toLowerCase()));
  return new Map(words.filter(isLongEnough).map((word) => [word, bitsOfNear]));
}

function wordsOf(value: string): string[] {
  const parts = value.split(/[^\p{L}\p{N}]+/u);
  const joined = value.split('@').map((side) => side.replace(/[^\p{L}\p{N}]+/gu, ''));
  const digits = joined.join('').replace(/\D/g, '');
  const ends = Array.from({ length: Math.max(0, digits.length - shortestDigits) }, (_, index) => digits.slice(index));
  return [...parts, ...joined, ...parts.map((part) => part.replace(/^\d+|\d+$/g, '')), ...ends];
}

/** Three characters, or two if they are ideographs. */
const isLongEnough = (word: string) => [...word].length >= (/\p{Lo}/u.test(word) ? 2 : 3);
