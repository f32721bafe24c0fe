/** A way to prove who the caller is in the `Authorization` header. */
export type AuthScheme = 'jwt' | 'token' | 'basic';

/**
 * The scheme that the first word of an `Authorization` header names, in any case (RFC 9110 §11.1). `Token` and `Basic`
 * mean what they mean in Django REST Framework; any other word, such as `Bearer` or `JWT`, names access tokens.
 */
export function authScheme(word: string): AuthScheme {
  const known = word.toLowerCase();
  return known === 'token' || known === 'basic' ? known : 'jwt';
}

/** Whether `AUTH_HEADER_TYPES` has a word for the scheme. */
export function takesScheme(words: readonly string[], scheme: AuthScheme): boolean {
  return words.some((word) => authScheme(word) === scheme);
}
