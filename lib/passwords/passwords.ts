import { type Algorithm, algorithms, argon2Cost, scryptCost } from '#lib/password-algorithms.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { argon2, hasArgon2 } from './argon2.ts';
import { bcryptSha256, plainBcrypt } from './bcrypt.ts';
import { saltedDigest, unsaltedDigest } from './digest.ts';
import type { Hasher, MakingHasher, StoredHash } from './hasher.ts';
import { pbkdf2 } from './pbkdf2.ts';
import { scrypt } from './scrypt.ts';

/** How passwords are kept and compared. */
export type Passwords = {
  /** A hash of today's kind. The password is taken in NFC, so that it is the same from every keyboard (NIST SP 800-63B-4 §3.1.1.2). */
  hash(password: string): Promise<string>;
  /**
   * Whether a password belongs to an encoded hash. `encoded` undefined is nobody's. Nobody's, an unusable, a malformed and a refused
   * hash never match and take as long as one of today's kind; a cheaper one is topped up to that, a dearer one takes longer.
   */
  check(password: string, encoded: string | undefined): Promise<Verdict>;
};

/** What tells hashes apart without any of the work of comparing. */
export type HashInspector = {
  /** What kind of hash a text is, and why nothing would be compared with it. */
  inspect(encoded: string): { readonly kind: Algorithm | 'unusable' | 'unknown'; readonly refused?: string };
};

export type Verdict = {
  readonly matches: boolean;
  /** The hash was made otherwise than one would be made today: whoever knows the password should make it anew. */
  readonly isOutdated: boolean;
  /** Why the hash was not compared with; for the log. */
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

/** Passwords as the settings want them. Throws where new hashes are to be made with what this Node does not have. */
export function passwords(settings: PasswordSettings): Passwords {
  const [first = 'bcrypt_sha256'] = settings.PASSWORD_HASHERS;
  const makers = makersOf(settings);
  const preferred = makers[first];
  if (!preferred) throw new Error(`${first} makes no new hashes`);
  if (first === 'argon2' && !hasArgon2)
    throw new Error('PASSWORD_HASHERS begins with argon2, but this Node has none: it takes 24.7 or later');

  const find = finder(settings, { ...makers, ...readers });

  /** The comparison, and what it lacks of the work of today's hash, whatever comes of it. */
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
      // Django hashes a password as it was typed. How often is compared depends on what was typed alone, never on what is stored.
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

/** An inspector of hashes as the settings want them. Apart from `passwords`, so that only who asks carries it. */
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

/** Finds what a hash says, or why nothing is compared with it. */
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

/** Django's fields hold 128 characters. */
const longestHash = 512;

/** Which algorithm Django would take an encoded hash for. */
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
