import { isReserved, likeNoLetter, newUsername } from './drawn-marks.ts';
import { cleaned } from './pasted.ts';

type Needs = {
  readonly reservedUsernames: ReadonlySet<string>;
  /** A random whole number from 0 to below the limit. */
  readonly pickBelow: (limit: number) => number;
};

/** How many usernames are made for one name before the service answers that it is busy. */
export const mostMade = 6;
/** How many random digits stand behind the name, by try. The first try has none if the name is long enough. */
const digits = [0, 4, 4, 6, 8, 8] as const;
/** The most characters of a name that are kept, so that eight digits fit behind them. */
const longestKept = 24;
/** What a name without letters becomes. */
const nameless = 'user';

/**
 * Makes a username from the name of a person, such as `Ada.Lovelace` from `Ada Lovelace` and `OBrien` from `O'Brien`.
 * Letters, marks and digits stay; white space and punctuation become one dot; apostrophes and symbols are dropped.
 * Random digits are added from the second try on (`attempt` counts from 0), and if the name is too short or reserved.
 */
export function madeUsername(name: string, attempt: number, { reservedUsernames, pickBelow }: Needs): string {
  const kept = keptOf(name);
  const isFree = kept !== nameless && newUsername(kept) === kept && !isReserved(kept, reservedUsernames);
  const count = digits[attempt] || (isFree && attempt === 0 ? 0 : 4);
  return count === 0 ? kept : `${kept}${String(pickBelow(10 ** count)).padStart(count, '0')}`;
}

/** The longest beginning of the name that is a username with eight digits behind it. */
function keptOf(name: string): string {
  const characters = [...plain(name)];
  for (let length = Math.min(characters.length, longestKept); length > 0; length -= 1) {
    const start = characters
      .slice(0, length)
      .join('')
      .replace(/[._-]+$/, '');
    const shown = newUsername(`${start}00000000`)?.slice(0, -8);
    if (shown !== undefined) return shown;
  }
  return nameless;
}

function plain(name: string): string {
  return cleaned(name)
    .replace(/['"`´‘’“”]/gu, '')
    .replace(likeNoLetter, '')
    .replace(/(?![\u200c\u200d])[\p{S}\p{C}\p{No}\p{Nl}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/(?![_-])[\p{P}\p{Z}]/gu, '.')
    .replace(/(^|[._-])\p{M}+/gu, '$1')
    .replace(/[._-]*\.[._-]*/g, '.')
    .replace(/^[._-]+/, '');
}
