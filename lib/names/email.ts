/** The HTML standard's e-mail syntax, with a dotted domain, and no dot at an end of the local part or beside another. */
const pattern =
  /^(?!\.)(?!.*\.\.)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

/** What makes an e-mail address unique: lower case, at most 254 characters (RFC 5321 §4.5.3.1). Undefined where it is none. */
export function emailKey(typed: string): string | undefined {
  const text = typed.trim();
  return text.length <= 254 && pattern.test(text) ? text.toLowerCase() : undefined;
}
