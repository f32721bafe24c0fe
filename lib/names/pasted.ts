/** Scripts that write joiners between letters (Unicode Standard 16.0 §23.2): Arabic and the Indic scripts. */
const joining =
  '\\p{Script=Arabic}\\p{Script=Bengali}\\p{Script=Devanagari}\\p{Script=Gujarati}\\p{Script=Gurmukhi}\\p{Script=Kannada}\\p{Script=Khmer}' +
  '\\p{Script=Malayalam}\\p{Script=Myanmar}\\p{Script=Oriya}\\p{Script=Sinhala}\\p{Script=Syriac}\\p{Script=Tamil}\\p{Script=Telugu}';
const strayJoiner = new RegExp(`(?<![${joining}])[\\u200c\\u200d]|[\\u200c\\u200d](?![${joining}])`, 'gu');

/**
 * Text without what copy and paste adds: format characters such as bidi marks and zero-width spaces, and variation
 * selectors. Compatibility forms such as full width are folded (NFKC), dashes are `-`. A joiner stays between letters of a
 * script that writes joiners.
 */
export function cleaned(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/(?![\u200c\u200d])[\p{Cf}\p{Variation_Selector}]/gu, '')
    .replace(strayJoiner, '')
    .replace(/\p{Pd}/gu, '-')
    .trim();
}

/** Cleaned text with the decimal digits of every script as 0 to 9, such as a number or a code. */
export function cleanedDigits(typed: string): string {
  return cleaned(typed).replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** The value of a decimal digit. The ten digits of a script stand together, so it is the distance from the zero. */
function digitValue(digit: string): number {
  let value = 0;
  for (let before = (digit.codePointAt(0) ?? 0) - 1; value < 9 && /\p{Nd}/u.test(String.fromCodePoint(before)); before -= 1) value += 1;
  return value;
}
