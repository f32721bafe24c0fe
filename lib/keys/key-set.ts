import type { CryptoKey, JWK } from 'jose';

/** A key that verifies tokens. It is used for one algorithm only, whatever a token's header says (RFC 8725 §3.1). */
export type VerificationKey = { readonly kid: string; readonly algorithm: string; readonly key: CryptoKey };

/** A key that signs tokens. */
export type SigningKey = VerificationKey;

/** Every key whose tokens are accepted, by `kid`. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

/** Keys that verify, as they are stored (RFC 7517). Public keys are published; secrets (`kty` is `oct`) are not. */
export type PublicKeys = { readonly keys: PublicJwk[] };
/** A JWK that has all that is needed to use it. */
export type PublicJwk = JWK & { readonly kty: string; readonly kid: string; readonly alg: string };
