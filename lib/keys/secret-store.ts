/** The lookup secret of a stage, for rotations. */
export type SecretStore = {
  /** The stored text, see `parseLookupSecrets`. */
  readSecret(): Promise<string>;
  /** Replaces it. One write holds all values, so no function ever reads half of a rotation. */
  keepSecret(text: string): Promise<void>;
};
