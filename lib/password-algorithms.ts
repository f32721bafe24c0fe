/**
 * The algorithms of password hashes. The key is the word that Django stores before the first `$` (some old formats have
 * none); the value is the class that Django's PASSWORD_HASHERS names.
 */
export const algorithms = {
  bcrypt_sha256: 'BCryptSHA256PasswordHasher',
  pbkdf2_sha256: 'PBKDF2PasswordHasher',
  pbkdf2_sha1: 'PBKDF2SHA1PasswordHasher',
  argon2: 'Argon2PasswordHasher',
  scrypt: 'ScryptPasswordHasher',
  bcrypt: 'BCryptPasswordHasher',
  sha1: 'SHA1PasswordHasher',
  md5: 'MD5PasswordHasher',
  unsalted_sha1: 'UnsaltedSHA1PasswordHasher',
  unsalted_md5: 'UnsaltedMD5PasswordHasher',
} as const;

export type Algorithm = keyof typeof algorithms;

/** Why an algorithm only verifies old hashes and makes no new ones. Algorithms that are not listed make new hashes. */
export const onlyVerified: { readonly [A in Algorithm]?: string } = {
  bcrypt: 'it ignores everything after 72 bytes of a password; use bcrypt_sha256',
  sha1: 'a graphics card tries billions of them a second',
  md5: 'a graphics card tries billions of them a second',
  unsalted_sha1: 'it has no salt',
  unsalted_md5: 'it has no salt',
};

/** The algorithm that a name means: its own name, or Django's dotted path to its class. */
export function algorithmCalled(name: string): Algorithm | undefined {
  const own = Object.entries(algorithms).find(([algorithm, className]) => name === algorithm || name === `${djangoModule}.${className}`);
  return own?.[0] as Algorithm | undefined;
}

const djangoModule = 'django.contrib.auth.hashers';

/** Argon2's costs: memory in KiB, passes over it, lanes. */
export type Argon2Cost = { readonly memory: number; readonly passes: number; readonly lanes: number };
/** scrypt's costs: N, r and p of RFC 7914. */
export type ScryptCost = { readonly N: number; readonly r: number; readonly p: number };

/** The settings of the costs of Argon2 and scrypt. */
export type Costs = Readonly<
  Record<
    'ARGON2_MEMORY_COST' | 'ARGON2_TIME_COST' | 'ARGON2_PARALLELISM' | 'SCRYPT_WORK_FACTOR' | 'SCRYPT_BLOCK_SIZE' | 'SCRYPT_PARALLELISM',
    number
  >
>;
/** Argon2's costs from the settings. */
export const argon2Cost = (settings: Costs): Argon2Cost => ({
  memory: settings.ARGON2_MEMORY_COST,
  passes: settings.ARGON2_TIME_COST,
  lanes: settings.ARGON2_PARALLELISM,
});
/** scrypt's costs from the settings. */
export const scryptCost = (settings: Costs): ScryptCost => ({
  N: settings.SCRYPT_WORK_FACTOR,
  r: settings.SCRYPT_BLOCK_SIZE,
  p: settings.SCRYPT_PARALLELISM,
});

/**
 * The limits for the costs of new and imported hashes. At the limit a hash takes about 2.2 s of one core with bcrypt, 1.2 s with the others, and at most 256 MiB. Without these limits, one imported hash of 10⁹ iterations or 4 GiB keeps a function busy until its time-out at
 * every try of its password.
 */
export const mostRounds = 15;
export const mostIterations = 5_000_000;
export const mostMemory = 262_144;
const mostMemoryPasses = 1_048_576;
export const mostLanes = 16;
const mostCells = 2 ** 22;

/** Whether Argon2's costs are above the limits, or impossible (less than 8 KiB of memory a lane). */
export function isExcessiveArgon2({ memory, passes, lanes }: Argon2Cost): boolean {
  return memory > mostMemory || memory * passes > mostMemoryPasses || lanes > mostLanes || memory < 8 * lanes;
}

/** Whether scrypt's costs are above the limits (it needs 128·N·r bytes), or impossible (N is not a power of two). */
export function isExcessiveScrypt({ N, r, p }: ScryptCost): boolean {
  return (128 * N * r) / 1024 > mostMemory || N * r * p > mostCells || N < 2 || !Number.isInteger(Math.log2(N));
}

/** Whether Argon2id's costs reach one of the minimums in OWASP's Password Storage Cheat Sheet. */
export function isArgon2Enough({ memory, passes }: Argon2Cost): boolean {
  const equals = [
    [47_104, 1],
    [19_456, 2],
    [12_288, 3],
    [9216, 4],
    [7168, 5],
  ] as const;
  return equals.some(([leastMemory, leastPasses]) => memory >= leastMemory && passes >= leastPasses);
}

/** Whether scrypt's costs reach one of the minimums in OWASP's Password Storage Cheat Sheet. */
export function isScryptEnough({ N, r, p }: ScryptCost): boolean {
  const equals = [
    [17, 1],
    [16, 2],
    [15, 3],
    [14, 5],
    [13, 10],
  ] as const;
  return r >= 8 && equals.some(([exponent, least]) => N >= 2 ** exponent && p >= least);
}
