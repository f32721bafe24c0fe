import type { KeySet, PublicKeys, SigningKey } from './key-set.ts';

/** The public half of the stage's keys. */
export type VerificationKeyStore = {
  keySet(): Promise<KeySet>;
  published(): Promise<PublicKeys>;
};

/** The private half, for the functions that sign. */
export type SigningKeyStore = { signingKey(): Promise<SigningKey> };

/** The key of the HMACs that counters are kept under. */
export type LookupSecretStore = { lookupSecret(): Promise<Uint8Array> };
