/**
 * What is stored under a key's name is no key that Gatehouse can use, or what is wanted of the keys cannot be; says which and why,
 * never what is stored.
 */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}
