/** The stored texts of a stage's keys. */
export type StoredKeys = {
  /** The private JWK that signs. */
  readonly signing: string;
  /** The private JWK that signs next, or the one that signs already if the rotation has just promoted it. */
  readonly next?: string | undefined;
  /** The JWK set that is published. */
  readonly published: string;
  /** The secrets that only functions which verify may read; undefined if the stage accepts no HS tokens. */
  readonly secrets?: string | undefined;
};

/** The keys of a stage, for rotations. */
export type RotationStore = {
  read(): Promise<StoredKeys>;
  /**
   * Claims the keys until an instant. Of any number of callers at once, at most one is told `claimed`; until that
   * instant or a `release` all others are told `busy`. All may be told `busy` at once: then a lost claim must expire
   * first.
   */
  claim(now: Date, until: Date): Promise<'claimed' | 'busy'>;
  /** Gives the claim back. */
  release(): Promise<void>;
  /** Stores a private key as the next one. */
  keepNext(jwk: string): Promise<void>;
  /** Makes a private key the one that signs. */
  keepSigning(jwk: string): Promise<void>;
  /** Replaces the published JWK set. */
  publish(keys: string): Promise<void>;
  /** Replaces the set of secrets for functions that verify. */
  publishSecrets(keys: string): Promise<void>;
};
