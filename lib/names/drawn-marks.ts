import { shownUsername, usernameKey } from './username.ts';

/** Scripts in use today that have marks (Unicode Standard 17.0, Scripts.txt and UAX #31 tables 5 and 7). */
const scripts =
  'Adlam Arabic Balinese Bamum Batak Bengali Buginese Chakma Cham Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Hanifi_Rohingya Hanunoo ' +
  'Hebrew Hiragana Javanese Kannada Katakana Kayah_Li Khmer Lao Latin Lepcha Limbu Malayalam Meetei_Mayek Mongolian Myanmar New_Tai_Lue Newa Nko Oriya ' +
  'Rejang Saurashtra Sinhala Sundanese Syloti_Nagri Syriac Tagalog Tai_Le Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Tirhuta Vai';
const inScript = scripts.split(' ').map((script) => new RegExp(`\\p{Script_Extensions=${script}}`, 'u'));
const ofEveryScript = /\p{Script_Extensions=Inherited}/u;

/** Viramas that are drawn only as the shape of the letter after them (IndicSyllabicCategory.txt: Invisible_Stacker). */
const strayStacker =
  /[\u1039\u17d2\u1a60\uaaf6\u{10a3f}\u{11133}\u{113d0}\u{1193e}\u{11a47}\u{11a99}\u{11d45}\u{11d97}\u{11f42}\u{1612f}](?!\p{L})/u;

/** Letters that lengthen a line (Arabic tatweel, N'Ko lajanyalan), or look like quotes or marks (spacing modifiers). */
export const likeNoLetter = /[\u02b0-\u02ff\u0374\u037a\u0559\u0640\u07fa\ua700-\ua71f\ua788-\ua78a]/gu;

/**
 * A new username as it is shown; undefined if it is invalid, or has parts that a reader cannot see: a mark on a letter of
 * another script, a mark on a digit, a virama without its letter, a letter that is none. Names that exist already are read
 * by `shownUsername`, so that their users still sign in.
 */
export function newUsername(typed: string): string | undefined {
  const shown = shownUsername(typed);
  return shown === undefined || shown.search(likeNoLetter) >= 0 || strayStacker.test(shown) || !hasOwnMarks(shown) ? undefined : shown;
}

/** Whether a username is reserved, whatever marks are added to it: `ádmin` is `admin`. */
export function isReserved(username: string, reserved: ReadonlySet<string>): boolean {
  const key = usernameKey(username) ?? '';
  return reserved.has(key) || reserved.has(key.normalize('NFD').replace(/\p{M}/gu, ''));
}

function hasOwnMarks(text: string): boolean {
  let base = '';
  for (const character of text) {
    if (!/\p{M}/u.test(character)) base = /[\u200c\u200d]/.test(character) ? base : character;
    else if (!/\p{L}/u.test(base) || !isDrawnOn(base, character)) return false;
  }
  return true;
}

const isDrawnOn = (base: string, mark: string) =>
  ofEveryScript.test(mark) || inScript.some((script) => script.test(base) && script.test(mark));
