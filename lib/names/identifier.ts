import { emailKey } from './email.ts';
import { mobileNumber } from './mobile.ts';
import { cleaned } from './pasted.ts';
import { usernameKey } from './username.ts';

export type IdentifierKind = 'username' | 'email' | 'mobile';

/**
 * A name to sign in with, normalised. The three kinds share one name space and cannot collide: an e-mail address has an
 * `@`; a mobile number begins with `+`; a username has neither, and at least one letter.
 */
export type Identifier = { readonly kind: IdentifierKind; readonly value: string };

/**
 * Reads what was typed into a login field, of whichever kind. Undefined if it cannot be a name. National mobile numbers
 * are read as those of `region`.
 */
export function identify(typed: string, region: string): Identifier | undefined {
  const text = cleaned(typed);
  if (text.includes('@')) return identifier('email', emailKey(text));
  if (/\p{L}/u.test(text)) return identifier('username', usernameKey(text));
  return identifier('mobile', mobileNumber(text, region));
}

function identifier(kind: IdentifierKind, value: string | undefined): Identifier | undefined {
  return value === undefined ? undefined : { kind, value };
}
