/** Where tries are counted. */
export type CounterStore = {
  /** Counts one more unless `max` were counted already; says how many there are with it. */
  add(key: string, max: number, expiresAtSeconds: number): Promise<number | 'full'>;
  /** Takes one back. */
  giveBack(key: string): Promise<void>;
  /** Forgets them all. */
  clear(key: string): Promise<void>;
};
