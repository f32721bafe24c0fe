import {
  type Algorithm,
  argon2Cost,
  type Costs,
  isArgon2Enough,
  isExcessiveArgon2,
  isExcessiveScrypt,
  isScryptEnough,
  onlyVerified,
  scryptCost,
} from './password-algorithms.ts';

type Chosen = Costs & {
  readonly STAGE: string;
  readonly PASSWORD_HASHERS: readonly Algorithm[];
  readonly BCRYPT_ROUNDS: number;
  readonly PBKDF2_ITERATIONS: number;
};

/**
 * The errors in a stage's PASSWORD_HASHERS and their costs. The minimums are those of OWASP's Password Storage Cheat
 * Sheet, which has several equal ones for Argon2id and scrypt.
 */
export function passwordCostErrors(settings: Chosen): string[] {
  const isLocal = settings.STAGE === 'local';
  const [first = 'bcrypt_sha256'] = settings.PASSWORD_HASHERS;
  const leastIterations = first === 'pbkdf2_sha1' ? 1_300_000 : 600_000;
  const rules: readonly (readonly [isBroken: boolean, error: string])[] = [
    [onlyVerified[first] !== undefined, `PASSWORD_HASHERS cannot begin with ${first}: ${onlyVerified[first]}`],
    [!isLocal && settings.BCRYPT_ROUNDS < 10, 'BCRYPT_ROUNDS has to be at least 10 on a deployed stage (OWASP Password Storage)'],
    [
      !isLocal && settings.PBKDF2_ITERATIONS < leastIterations,
      `PBKDF2_ITERATIONS has to be at least ${leastIterations} on a deployed stage (OWASP Password Storage)`,
    ],
    [
      isExcessiveArgon2(argon2Cost(settings)),
      'ARGON2_MEMORY_COST has to be at least 8 times ARGON2_PARALLELISM, and at most 1048576 divided by ARGON2_TIME_COST',
    ],
    [
      !isLocal && !isArgon2Enough(argon2Cost(settings)),
      'ARGON2_MEMORY_COST and ARGON2_TIME_COST have to be at least 47104 and 1, 19456 and 2, 12288 and 3, 9216 and 4, or 7168 and 5 on a deployed stage (OWASP Password Storage)',
    ],
    [
      isExcessiveScrypt(scryptCost(settings)),
      'SCRYPT_WORK_FACTOR has to be a power of two; times SCRYPT_BLOCK_SIZE at most 2097152, and times SCRYPT_PARALLELISM too at most 4194304',
    ],
    [
      !isLocal && !isScryptEnough(scryptCost(settings)),
      'SCRYPT_BLOCK_SIZE has to be at least 8, and SCRYPT_WORK_FACTOR and SCRYPT_PARALLELISM at least 131072 and 1, 65536 and 2, 32768 and 3, 16384 and 5, or 8192 and 10 on a deployed stage (OWASP Password Storage)',
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, error]) => error);
}
