/** A stored key or a requested change of the keys is unusable. The message says why, never what is stored. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}
