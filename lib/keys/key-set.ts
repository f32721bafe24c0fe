import type { CryptoKey, JWK } from 'jose';

/** A key that tokens are verified with. It stands for exactly one algorithm, whatever a token's header says (RFC 8725 §3.1). */
export type VerificationKey = { readonly kid: string; readonly algorithm: string; readonly key: CryptoKey };

/** A key that tokens are signed with. */
export type SigningKey = VerificationKey;

/** Every key whose tokens are good, by `kid`. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

/** Keys to verify with, as they are kept (RFC 7517): the public ones are published, the secrets (`kty` is `oct`) are not. */
export type PublicKeys = { readonly keys: PublicJwk[] };
export type PublicJwk = JWK & { readonly kty: string; readonly kid: string; readonly alg: string };
