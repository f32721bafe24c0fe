import type { KeySet, PublicKeys, SigningKey } from './key-set.ts';

/** The keys of a stage. Each is read when it is first asked for, so a function needs the right to those it asks for and no other. */
export type KeyStore = {
  /** The private half, for functions that sign. */
  signingKey(): Promise<SigningKey>;
  /** The public half, to verify with. */
  keySet(): Promise<KeySet>;
  /** The public half, to publish. */
  published(): Promise<PublicKeys>;
};
