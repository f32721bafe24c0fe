/**
 * A stored key cannot be used, or a requested change of the keys is impossible. The message says which and why, never
 * what is stored.
 */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}
