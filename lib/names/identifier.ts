import { emailKey } from './email.ts';
import { mobileNumber } from './mobile.ts';
import { usernameKey } from './username.ts';

export type IdentifierKind = 'username' | 'email' | 'mobile';

/**
 * A name to sign in with, normalised. The three kinds share one name space and cannot collide: an e-mail has an `@`, a mobile
 * number begins with `+`, a username has neither and at least one letter.
 */
export type Identifier = { readonly kind: IdentifierKind; readonly value: string };

/**
 * What a person typed into a login field, whichever kind it is; undefined where it cannot be anybody's. National mobile
 * numbers are read as `region`'s.
 */
export function identify(typed: string, region: string): Identifier | undefined {
  const text = typed.trim().normalize('NFKC');
  if (text.includes('@')) return identifier('email', emailKey(text));
  if (/\p{L}/u.test(text)) return identifier('username', usernameKey(text));
  return identifier('mobile', mobileNumber(text, region));
}

function identifier(kind: IdentifierKind, value: string | undefined): Identifier | undefined {
  return value === undefined ? undefined : { kind, value };
}
