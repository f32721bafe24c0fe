/** The store of counters. */
export type CounterStore = {
  /** Adds one, unless `max` is reached; answers the new count. */
  add(key: string, max: number, expiresAtSeconds: number): Promise<number | 'full'>;
  /** The counts of these keys; a key without a counter is missing. */
  counts(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Subtracts one, unless the count is 0. */
  giveBack(key: string): Promise<void>;
  /** Sets the count back to 0. */
  clear(key: string): Promise<void>;
};
