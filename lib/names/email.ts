import { cleaned } from './pasted.ts';

/**
 * The e-mail syntax of the HTML standard, with a dotted domain. The local part has no dot at an end or beside another.
 */
const pattern =
  /^(?!\.)(?!.*\.\.)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

/**
 * An e-mail address as it is shown: without what paste adds (`cleaned`), and with the full stop of Chinese and Japanese
 * keyboards read as a dot. At most 254 characters (RFC 5321 §4.5.3.1). Undefined if the address is invalid.
 */
export function shownEmail(typed: string): string | undefined {
  const text = cleaned(typed).replaceAll('。', '.');
  return text.length <= 254 && pattern.test(text) ? text : undefined;
}

/** The unique key of an e-mail address: lower case. Undefined if the address is invalid. */
export function emailKey(typed: string): string | undefined {
  return shownEmail(typed)?.toLowerCase();
}
