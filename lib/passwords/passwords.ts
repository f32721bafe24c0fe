import { type Algorithm, algorithms, argon2Cost, scryptCost } from '#lib/password-algorithms.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { argon2, hasArgon2 } from './argon2.ts';
import { bcryptSha256, plainBcrypt } from './bcrypt.ts';
import { saltedDigest, unsaltedDigest } from './digest.ts';
import type { Hasher, MakingHasher, StoredHash } from './hasher.ts';
import { pbkdf2 } from './pbkdf2.ts';
import { scrypt } from './scrypt.ts';

/** Hashes and compares passwords. */
export type Passwords = {
  /**
   * A hash with today's algorithm and costs, of the password in NFC, so that every keyboard gives the same one (NIST SP
   * 800-63B-4 §3.1.1.2).
   */
  hash(password: string): Promise<string>;
  /**
   * Whether a password matches an encoded hash; `encoded` is undefined if there is no user. A missing, unusable,
   * malformed or refused hash never matches and takes as long as one with today's costs. A cheaper hash is topped up to
   * that; a more expensive one takes longer.
   */
  check(password: string, encoded: string | undefined): Promise<Verdict>;
};

/** Tells what kind a hash is, without any of the work of a comparison. */
export type HashInspector = {
  /** The kind of a hash, and why no password would be compared with it. */
  inspect(encoded: string): { readonly kind: Algorithm | 'unusable' | 'unknown'; readonly refused?: string };
};

/** The result of a comparison. */
export type Verdict = {
  readonly matches: boolean;
  /** A hash made today would differ, so the password should be hashed again now that it is known. */
  readonly isOutdated: boolean;
  /** Why the hash was not compared, for the log. */
  readonly refused?: string;
};

type PasswordSettings = Pick<
  Settings,
  | 'PASSWORD_HASHERS'
  | 'BCRYPT_ROUNDS'
  | 'PBKDF2_ITERATIONS'
  | 'ARGON2_MEMORY_COST'
  | 'ARGON2_TIME_COST'
  | 'ARGON2_PARALLELISM'
  | 'SCRYPT_WORK_FACTOR'
  | 'SCRYPT_BLOCK_SIZE'
  | 'SCRYPT_PARALLELISM'
>;

/** Passwords with the settings' algorithms and costs. Throws if this Node cannot make the hashes. */
export function passwords(settings: PasswordSettings): Passwords {
  const [first = 'bcrypt_sha256'] = settings.PASSWORD_HASHERS;
  const makers = makersOf(settings);
  const preferred = makers[first];
  if (!preferred) throw new Error(`${first} makes no new hashes`);
  if (first === 'argon2' && !hasArgon2)
    throw new Error('PASSWORD_HASHERS begins with argon2, but this Node has none: it takes 24.7 or later');

  const find = finder(settings, { ...makers, ...readers });

  /** Compares, and then does the rest of the work of a hash with today's costs, whatever the result. */
  const compare = async (password: string, stored: StoredHash | undefined): Promise<boolean> => {
    const matches = (await stored?.matches(password)) ?? false;
    const missing = 1 - (stored?.milliseconds ?? 0) / preferred.milliseconds;
    if (missing > 0) await preferred.spend(missing);
    return matches;
  };

  return {
    hash: async (password) => await preferred.make(password.normalize('NFC')),
    async check(password, encoded) {
      const found = encoded === undefined ? 'no hash' : find(encoded);
      const stored = typeof found === 'string' ? undefined : found;
      // Django hashes a password as it was entered, so both spellings are tried. How many comparisons that takes
      // depends only on what was entered, never on what is stored.
      const normal = password.normalize('NFC');
      const matchesNormal = await compare(normal, stored);
      const matchesTyped = password !== normal && (await compare(password, stored));
      return {
        matches: matchesNormal || matchesTyped,
        isOutdated: !stored || stored.isOutdated || algorithmOf(encoded ?? '') !== first || !matchesNormal,
        ...(typeof found === 'string' && { refused: found }),
      };
    },
  };
}

/** An inspector of hashes. It is separate from `passwords`, so that only functions that use it bundle it. */
export function hashInspector(settings: PasswordSettings): HashInspector {
  const find = finder(settings, { ...makersOf(settings), ...readers });
  return {
    inspect(encoded) {
      const found = find(encoded);
      const kind = encoded.startsWith('!') ? 'unusable' : (algorithmOf(encoded) ?? 'unknown');
      return { kind, ...(typeof found === 'string' && { refused: found }) };
    },
  };
}

/** Makes the function that reads a hash, or says why no password is compared with it. */
function finder({ PASSWORD_HASHERS: taken }: PasswordSettings, hashers: Readonly<Partial<Record<Algorithm, Hasher>>>) {
  return (encoded: string): StoredHash | string => {
    if (encoded.startsWith('!')) return 'unusable password';
    const algorithm = algorithmOf(encoded);
    if (!algorithm) return 'hash of an unknown algorithm';
    if (!taken.includes(algorithm)) return `${algorithm} is not in PASSWORD_HASHERS`;
    const stored = encoded.length > longestHash ? undefined : hashers[algorithm]?.read(encoded);
    if (!stored) return `malformed ${algorithm} hash`;
    return stored.isExcessive ? `${algorithm} hash beyond the cap` : stored;
  };
}

/** The longest hash that is read; Django's fields hold 128 characters. */
const longestHash = 512;

/** The algorithm that Django would choose for an encoded hash. */
function algorithmOf(encoded: string): Algorithm | undefined {
  if ((encoded.length === 32 && !encoded.includes('$')) || (encoded.length === 37 && encoded.startsWith('md5$$'))) return 'unsalted_md5';
  if (encoded.length === 46 && encoded.startsWith('sha1$$')) return 'unsalted_sha1';
  const word = encoded.split('$', 1)[0] ?? '';
  return Object.hasOwn(algorithms, word) ? (word as Algorithm) : undefined;
}

function makersOf(settings: PasswordSettings): Readonly<Partial<Record<Algorithm, MakingHasher>>> {
  return {
    bcrypt_sha256: bcryptSha256(settings.BCRYPT_ROUNDS),
    pbkdf2_sha256: pbkdf2('sha256', settings.PBKDF2_ITERATIONS),
    pbkdf2_sha1: pbkdf2('sha1', settings.PBKDF2_ITERATIONS),
    argon2: argon2(argon2Cost(settings)),
    scrypt: scrypt(scryptCost(settings)),
  };
}

const readers: Readonly<Partial<Record<Algorithm, Hasher>>> = {
  bcrypt: plainBcrypt,
  sha1: saltedDigest('sha1'),
  md5: saltedDigest('md5'),
  unsalted_sha1: unsaltedDigest('sha1'),
  unsalted_md5: unsaltedDigest('md5'),
};
