/** The texts under which a stage's keys are kept. */
export type StoredKeys = {
  /** The private JWK that signs. */
  readonly signing: string;
  /** The private JWK that will, or that did last and now is `signing` itself. */
  readonly next?: string | undefined;
  /** The JWK set that is published. */
  readonly published: string;
  /** The secrets that only functions which verify are shown; undefined on a stage that takes no HS tokens. */
  readonly secrets?: string | undefined;
};

/** The keys of a stage, for the one who changes them. */
export type RotationStore = {
  read(): Promise<StoredKeys>;
  /**
   * Reserves the keys until an instant: of any number of callers at once at most one is told `claimed`, and until that instant, or
   * a `release`, nobody else is. All may be told `busy`; then the claim of one who lost has to pass.
   */
  claim(now: Date, until: Date): Promise<'claimed' | 'busy'>;
  /** Gives back what was claimed. */
  release(): Promise<void>;
  /** Puts a private key by as the next one. */
  keepNext(jwk: string): Promise<void>;
  /** Lets a private key sign. */
  keepSigning(jwk: string): Promise<void>;
  /** Publishes a JWK set in place of the one that is published. */
  publish(keys: string): Promise<void>;
  /** Puts a set of secrets in place of the one for functions that verify. */
  publishSecrets(keys: string): Promise<void>;
};
