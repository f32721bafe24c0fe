/** A way of proving who is calling that a header can carry. */
export type AuthScheme = 'jwt' | 'token' | 'basic';

/**
 * What the word before the credentials stands for. `Token` and `Basic` mean what they mean in Django REST Framework; any other is a name
 * of access tokens, such as `Bearer` or `JWT`. Case does not matter (RFC 9110 §11.1).
 */
export function authScheme(word: string): AuthScheme {
  const known = word.toLowerCase();
  return known === 'token' || known === 'basic' ? known : 'jwt';
}

/** Whether a stage with these words in `AUTH_HEADER_TYPES` takes a scheme. */
export function takesScheme(words: readonly string[], scheme: AuthScheme): boolean {
  return words.some((word) => authScheme(word) === scheme);
}
