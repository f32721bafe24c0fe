import type { KeySet, PublicKeys, SigningKey } from './key-set.ts';

/** The keys of a stage. Each is read when first used, so a function needs permission only for the keys it uses. */
export type KeyStore = {
  /** The private key, for functions that sign. */
  signingKey(): Promise<SigningKey>;
  /** The keys to verify with. */
  keySet(): Promise<KeySet>;
  /** The public keys to publish. */
  published(): Promise<PublicKeys>;
};
