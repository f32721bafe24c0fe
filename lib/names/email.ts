import { domainToASCII } from 'node:url';
import { cleaned } from './pasted.ts';

/**
 * The e-mail syntax of the HTML standard, with a dotted domain. The local part has no dot at an end or beside another.
 */
const pattern =
  /^(?!\.)(?!.*\.\.)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

/** The longest address, in characters (RFC 5321 §4.5.3.1). */
const longest = 254;

/**
 * A domain of any script, without a hyphen at the end of a label (RFC 5891 §4.2.3.1). Other ASCII characters are refused
 * first: `domainToASCII` would end the domain at some.
 */
const domainOfAnyScript = /^(?!-)(?!.*-(?:\.|$))(?!.*\.-)[a-z0-9.\-\u0080-\u{10ffff}]+$/iu;

/**
 * An e-mail address as it is shown: without what paste adds (`cleaned`), and with the full stop of Chinese and Japanese
 * keyboards read as a dot. The domain may be of any script (RFC 5890), the local part is ASCII. At most 254 characters,
 * as typed and in ASCII. Undefined if the address is invalid.
 */
export function shownEmail(typed: string): string | undefined {
  const text = cleaned(typed).replaceAll('。', '.');
  return inAscii(text) === undefined ? undefined : text;
}

/**
 * The unique key of an e-mail address: lower case, with the domain in ASCII (`xn--…`). It is also the address that mail
 * is sent to. Undefined if the address is invalid.
 */
export function emailKey(typed: string): string | undefined {
  const shown = shownEmail(typed);
  return shown === undefined ? undefined : inAscii(shown)?.toLowerCase();
}

/** The beginning of an e-mail address as it is searched. A whole address with a domain of another script finds its owner. */
export function emailStart(typed: string): string {
  return emailKey(typed) ?? cleaned(typed).replaceAll('。', '.').toLowerCase();
}

/** What is wrong with an invalid address: the letters before the `@`, or anything else. */
export function wrongEmail(typed: string): 'email_not_ascii' | 'invalid_email' {
  const text = cleaned(typed);
  const at = text.lastIndexOf('@');
  const isLocalPart = at > 0 && /[^\p{ASCII}]/u.test(text.slice(0, at)) && shownEmail(`a${text.slice(at)}`) !== undefined;
  return isLocalPart ? 'email_not_ascii' : 'invalid_email';
}

function inAscii(text: string): string | undefined {
  if (text.length > longest) return undefined;
  const at = text.lastIndexOf('@') + 1;
  const domain = text.slice(at);
  const ascii = /^\p{ASCII}*$/u.test(domain) ? text : `${text.slice(0, at)}${domainOfAnyScript.test(domain) ? domainToASCII(domain) : ''}`;
  return ascii.length <= longest && pattern.test(ascii) ? ascii : undefined;
}
