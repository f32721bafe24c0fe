/** One of Django's ways to keep a password. It reads only what it could have made itself: Django compares whole texts, so do we. */
export type Hasher = {
  /** What a stored text says, or undefined where it is malformed. */
  read(encoded: string): StoredHash | undefined;
};

export type StoredHash = {
  /**
   * About how many milliseconds of a core a comparison takes, as measured on x86-64 (docs/passwords.md). Within an algorithm ratios are
   * exact, between two of them they hold for that machine.
   */
  readonly milliseconds: number;
  /** It asks for more than the caps of `lib/password-algorithms.ts`: it is not to be compared with. */
  readonly isExcessive: boolean;
  /** Made otherwise than one would be made today. */
  readonly isOutdated: boolean;
  matches(password: string): Promise<boolean>;
};

/** One that can be first in PASSWORD_HASHERS. */
export type MakingHasher = Hasher & {
  /** What a hash of today's cost takes, on the scale of `StoredHash`. */
  readonly milliseconds: number;
  make(password: string): Promise<string>;
  /** This share, above 0 and up to 1, of the work of a hash of today's cost, thrown away. */
  spend(share: number): Promise<void>;
};

/** The exponents of the powers of two that a number is the sum of, the largest first; what is below `2 ** least` is rounded. */
export function powersOfTwo(sum: number, least: number): number[] {
  const rest = Math.round(sum / 2 ** least);
  const bits = rest.toString(2);
  return [...bits].flatMap((bit, index) => (bit === '1' ? [bits.length - 1 - index + least] : []));
}
