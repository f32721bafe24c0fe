/** One of Django's password hashers. It reads only texts that it could have made, as Django compares whole texts. */
export type Hasher = {
  /** The contents of a stored hash; undefined if it is malformed. */
  read(encoded: string): StoredHash | undefined;
};

/** A stored hash, and how to compare a password with it. */
export type StoredHash = {
  /**
   * The estimated time of a comparison, in milliseconds of one x86-64 core (docs/passwords.md). Ratios within an
   * algorithm are exact; ratios between algorithms hold for that machine.
   */
  readonly milliseconds: number;
  /** The costs exceed the limits of `lib/password-algorithms.ts`: the hash must not be compared. */
  readonly isExcessive: boolean;
  /** A hash made today would differ in algorithm or cost. */
  readonly isOutdated: boolean;
  matches(password: string): Promise<boolean>;
};

/** A hasher that can be first in PASSWORD_HASHERS. */
export type MakingHasher = Hasher & {
  /** The estimated time of a hash with today's costs, as in `StoredHash`. */
  readonly milliseconds: number;
  make(password: string): Promise<string>;
  /** Does this share (above 0, up to 1) of the work of a hash with today's costs, and discards the result. */
  spend(share: number): Promise<void>;
};

/** The exponents of the powers of two that add up to a number, largest first, rounded to multiples of `2 ** least`. */
export function powersOfTwo(sum: number, least: number): number[] {
  const rest = Math.round(sum / 2 ** least);
  const bits = rest.toString(2);
  return [...bits].flatMap((bit, index) => (bit === '1' ? [bits.length - 1 - index + least] : []));
}
