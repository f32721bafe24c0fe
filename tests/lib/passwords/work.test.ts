import bcrypt from 'bcryptjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { powersOfTwo } from '#lib/passwords/hasher.ts';
import { cpuMsSince } from '../cpu-time.ts';
import { madePasswords, preferring } from './made-passwords.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Two to the power of the rounds of each bcrypt, added up: the cost of a check. */
async function bcryptWork(check: () => Promise<unknown>): Promise<number> {
  const hash = vi.spyOn(bcrypt, 'hash');
  hash.mockClear();
  await check();
  return hash.mock.calls.reduce((sum, [, salt]) => sum + 2 ** Number(String(salt).slice(4, 6)), 0);
}

const bcryptHash = (rounds: number) =>
  `bcrypt_sha256$$2b$${String(rounds).padStart(2, '0')}$QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu`;
const zeros = '0'.repeat(32);

describe('a hash that cannot be compared', () => {
  test.for([
    ['no user', undefined],
    ['an unusable password', '!K3rbnA0Yc'],
    ['an empty hash', ''],
    ['a malformed hash', bcryptHash(8).slice(0, -1)],
    ['an unknown algorithm', 'sha512$salt$abc'],
    ['an algorithm that is not listed', `md5$salt$${zeros}`],
    ['a hash above the limits', bcryptHash(31)],
  ] as const)('costs as much time as any other: %s', async ([, encoded]) => {
    for (const rounds of [4, 6, 8]) {
      const { check } = madePasswords({ BCRYPT_ROUNDS: String(rounds) });
      expect(await bcryptWork(() => check('lètmein', encoded))).toBe(2 ** rounds);
      expect(await bcryptWork(() => check('lètmein', bcryptHash(rounds)))).toBe(2 ** rounds);
    }
  });
});

describe('a cheaper hash', () => {
  test.for([4, 5, 6, 7])('is topped up to the work of today’s costs, exactly: %s', async (rounds) => {
    const { check } = madePasswords({ BCRYPT_ROUNDS: '8' });
    expect(await bcryptWork(() => check('wrong', bcryptHash(rounds)))).toBe(2 ** 8);
  });

  test('is topped up even if it matches, so that the right password of an inactive account takes no other time', async () => {
    const { check } = madePasswords({ BCRYPT_ROUNDS: '8' });
    const encoded = await madePasswords().hash('right');
    for (const password of ['right', 'wrong']) expect(await bcryptWork(() => check(password, encoded))).toBe(2 ** 8);
  });

  test('without costs is topped up with all of it', async () => {
    const { check } = preferring('bcrypt_sha256', { BCRYPT_ROUNDS: '8' });
    for (const encoded of [zeros, `md5$$${zeros}`, `md5$salt$${zeros}`, `sha1$salt$${zeros}00000000`, `sha1$$${zeros}00000000`])
      expect(await bcryptWork(() => check('wrong', encoded))).toBe(2 ** 8);
  });

  test.for([
    ['pbkdf2_sha256', { PBKDF2_ITERATIONS: '300000' }],
    ['argon2', { ARGON2_MEMORY_COST: '19456', ARGON2_TIME_COST: '2' }],
    ['scrypt', { SCRYPT_WORK_FACTOR: '16384', SCRYPT_PARALLELISM: '2' }],
  ] as const)('is topped up in every format: %s', async ([name, cost]) => {
    const { check, hash } = preferring(name, cost);
    const [full, cheap] = await Promise.all([hash('x'), preferring(name).hash('x')]);
    const took = async (encoded: string) => {
      const start = process.cpuUsage();
      await check('wrong', encoded);
      return cpuMsSince(start);
    };
    await took(full);
    const times = { full: [] as number[], cheap: [] as number[] };
    for (let round = 0; round < 5; round += 1) {
      times.cheap.push(await took(cheap));
      times.full.push(await took(full));
    }
    const ratio = median(times.cheap) / median(times.full);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });
});

describe('the entered password', () => {
  test('alone decides how many comparisons are made: one, or two if it is not in NFC', async () => {
    const { check } = madePasswords();
    for (const encoded of [undefined, '!', bcryptHash(4), await madePasswords().hash('Zo\u00eb')]) {
      expect(await bcryptWork(() => check('Zo\u00eb', encoded))).toBe(16);
      expect(await bcryptWork(() => check('Zoe\u0308', encoded))).toBe(32);
    }
  });
});

describe('a hash with excessive costs', () => {
  const salt = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg';
  const tag = 'A'.repeat(43);
  const key = `${'A'.repeat(86)}==`;
  test.for([
    `pbkdf2_sha256$5000001$salt$${key.slice(-44)}`,
    'pbkdf2_sha256$1000000000$salt$9YpZSiaOMtUU5HKkP0y8BWIgSpAFRCLkQnEfTJVv8Wg=',
    'pbkdf2_sha1$999999999999$salt$aGFzaA==',
    bcryptHash(16),
    bcryptHash(31),
    bcryptHash(31).replace('bcrypt_sha256', 'bcrypt'),
    `argon2$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${tag}`,
    `argon2$argon2id$v=19$m=262145,t=1,p=1$${salt}$${tag}`,
    `argon2$argon2id$v=19$m=64,t=999999999,p=1$${salt}$${tag}`,
    `argon2$argon2id$v=19$m=262144,t=5,p=1$${salt}$${tag}`,
    `argon2$argon2d$v=19$m=65536,t=1,p=17$${salt}$${tag}`,
    `argon2$argon2id$v=19$m=9,t=1,p=2$${salt}$${tag}`,
    `scrypt$1073741824$salt$8$1$${key}`,
    `scrypt$2$salt$999999999$999999999$${key}`,
    `scrypt$16384$salt$8$64$${key}`,
    `scrypt$524288$salt$8$1$${key}`,
  ])('is refused before any work is done: %s', async (encoded) => {
    const { check } = preferring('bcrypt_sha256');
    const start = process.cpuUsage();
    const refused = expect.stringContaining('beyond the cap');
    expect(await bcryptWork(async () => expect(await check('x', encoded)).toMatchObject({ matches: false, refused }))).toBe(16);
    expect(cpuMsSince(start)).toBeLessThan(200);
  });

  test.for([
    'pbkdf2_sha256$1000000$QxV5g8YpXhR2mZ0sTnDLuN$9YpZSiaOMtUU5HKkP0y8BWIgSpAFRCLkQnEfTJVv8Wg=', // Django 5.2
    `argon2$argon2id$v=19$m=102400,t=2,p=8$${salt}$${tag}`, // Django
    `scrypt$16384$salt$8$5$${key}`, // Django 5.1
    `scrypt$131072$salt$8$1$${key}`, // OWASP
    bcryptHash(12), // Django
  ])('is not one that Django makes or OWASP recommends: %s', async (encoded) => {
    expect(await preferring('bcrypt_sha256').check('x', encoded)).not.toHaveProperty('refused');
  });
});

test('a number is the sum of its powers of two, rounded to the least', () => {
  for (const [number, least] of [
    [1, 0],
    [0.99, 0],
    [1000, 4],
    [1008, 4],
    [1024, 4],
    [7, 4],
    [8, 4],
    [0, 4],
  ] as const) {
    const sum = powersOfTwo(number, least).reduce((total, exponent) => total + 2 ** exponent, 0);
    expect(Math.abs(sum - number)).toBeLessThanOrEqual(2 ** least / 2);
    expect(Math.min(...powersOfTwo(number, least))).toBeGreaterThanOrEqual(least);
  }
});

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
