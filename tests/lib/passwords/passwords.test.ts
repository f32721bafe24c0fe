import { createHash } from 'node:crypto';
import bcrypt from 'bcryptjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { madePasswords, preferring } from './made-passwords.ts';

const { hash, check } = madePasswords();
const matches = async (password: string, encoded: string | undefined) => (await check(password, encoded)).matches;

describe('a hash', () => {
  test('is Django’s bcrypt_sha256 by default: bcrypt of the SHA-256 in hex', async () => {
    const encoded = await hash('lètmein');
    expect(encoded).toMatch(/^bcrypt_sha256\$\$2b\$04\$[./A-Za-z0-9]{53}$/);
    const digest = createHash('sha256').update('lètmein').digest('hex');
    expect(await bcrypt.compare(digest, encoded.slice('bcrypt_sha256$'.length))).toBe(true);
  });

  test.for([
    ['bcrypt_sha256', /^bcrypt_sha256\$\$2b\$04\$[./A-Za-z0-9]{53}$/],
    ['pbkdf2_sha256', /^pbkdf2_sha256\$1000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=$/],
    ['pbkdf2_sha1', /^pbkdf2_sha1\$1000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{27}=$/],
    ['argon2', /^argon2\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{30}\$[A-Za-z0-9+/]{43}$/],
    ['scrypt', /^scrypt\$1024\$[A-Za-z0-9]{22}\$8\$1\$[A-Za-z0-9+/]{86}==$/],
  ] as const)('is made in the format that is first in the settings: %s', async ([name, format]) => {
    const { hash, check } = preferring(name);
    const encoded = await hash('correct horse');
    expect(encoded).toMatch(format);
    expect(encoded.length).toBeLessThanOrEqual(128); // the length of Django’s field
    expect(await hash('correct horse')).not.toBe(encoded);
    expect(await check('correct horse', encoded)).toEqual({ matches: true, isOutdated: false });
    const others = ['', 'correct hors', 'correct horse ', ' correct horse', 'Correct horse', 'correct\0horse', encoded];
    // HMAC fills its key up with zeros (RFC 2104 §2), so for PBKDF2, and for scrypt which begins with it, a NUL at the
    // end changes nothing.
    if (['bcrypt_sha256', 'argon2'].includes(name)) others.push('correct horse\0');
    for (const other of others) expect((await check(other, encoded)).matches, other).toBe(false);
  });

  test.for([
    // Made with libxcrypt, which agrees with jBCrypt’s own test vectors.
    ['lètmein', 'bcrypt_sha256$$2b$04$QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu'],
    ['correct horse battery staple', 'bcrypt_sha256$$2a$05$abcdefghijklmnopqrstuuo5UaIBysJIH5CaMip.8XQbctZzHcXPa'],
    ['密码😀pässword ', 'bcrypt_sha256$$2y$04$......................ZbcJ0k6AdtwGnSh.PsNR3HxDMM2b0K6'],
    ['x'.repeat(200), 'bcrypt_sha256$$2b$04$zVHmKQtGGQob.b/Nc7l9Nec80/uuDxLJd7mo7.9TLX9hfP1peNbo.'],
  ] as const)('of another bcrypt library matches: %s', async ([password, encoded]) => {
    expect(await matches(password, encoded)).toBe(true);
    expect(await matches(`${password}x`, encoded)).toBe(false);
  });

  test.for(['bcrypt_sha256', 'pbkdf2_sha256', 'argon2', 'scrypt'])('counts every character, also after the 72nd byte: %s', async (name) => {
    const { hash, check } = preferring(name);
    const long = 'é'.repeat(255);
    const encoded = await hash(`${long}a`);
    const found = await Promise.all([`${long}a`, `${long}b`, long].map((password) => check(password, encoded)));
    expect(found.map(({ matches }) => matches)).toEqual([true, false, false]);
  });

  test('is the same from every keyboard, and different for text that only looks alike', async () => {
    const encoded = await hash('Zoe\u0308');
    expect(await matches('Zo\u00eb', encoded)).toBe(true);
    expect(await check('Zoe\u0308', encoded)).toEqual({ matches: true, isOutdated: false });
    for (const other of ['Ｚo\u00eb', 'Zoe', 'zo\u00eb']) expect(await matches(other, encoded)).toBe(false);
  });
});

describe('a hash is outdated', () => {
  const judged = async (first: string, made: string, change: Readonly<Record<string, string>>) => {
    const encoded = await preferring(made, change).hash('x');
    return await preferring(first).check('x', encoded);
  };

  test.for([
    ['bcrypt_sha256', { BCRYPT_ROUNDS: '5' }],
    ['pbkdf2_sha256', { PBKDF2_ITERATIONS: '1001' }],
    ['pbkdf2_sha1', { PBKDF2_ITERATIONS: '999' }],
    ['argon2', { ARGON2_MEMORY_COST: '65' }],
    ['argon2', { ARGON2_TIME_COST: '2' }],
    ['argon2', { ARGON2_PARALLELISM: '2' }],
    ['scrypt', { SCRYPT_WORK_FACTOR: '2048' }],
    ['scrypt', { SCRYPT_BLOCK_SIZE: '4' }],
    ['scrypt', { SCRYPT_PARALLELISM: '2' }],
  ] as const)('if its costs differ: %s %j', async ([name, change]) => {
    expect(await judged(name, name, change)).toEqual({ matches: true, isOutdated: true });
  });

  test.for(['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'scrypt'])('if its format is not the first, such as %s', async (made) => {
    expect(await judged('bcrypt_sha256', made, {})).toEqual({ matches: true, isOutdated: true });
    expect(await judged(made, 'bcrypt_sha256', {})).toEqual({ matches: true, isOutdated: true });
  });

  test.for([
    ['pbkdf2_sha256', 'pbkdf2_sha256$1000$short$9YpZSiaOMtUU5HKkP0y8BWIgSpAFRCLkQnEfTJVv8Wg='],
    ['argon2', 'argon2$argon2i$v=19$m=64,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE'],
    ['argon2', 'argon2$argon2id$v=19$m=64,t=1,p=1$YWJjZGVmZ2g$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE'],
  ] as const)('if its salt is short or it is another variant: %s %s', async ([first, encoded]) => {
    expect(await preferring(first).check('x', encoded)).toEqual({ matches: false, isOutdated: true });
  });
});

const sound = 'bcrypt_sha256$$2b$04$QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu';
const malformed = [
  '',
  '!',
  '!unusable',
  'lètmein',
  sound.slice(0, -1),
  `${sound}x`,
  `${sound}\n`,
  ` ${sound}`,
  `!${sound}`,
  sound.slice('bcrypt_sha256$'.length),
  sound.replace('bcrypt_sha256', 'bcrypt'),
  sound.replace('bcrypt_sha256', 'BCRYPT_SHA256'),
  sound.replace('$2b$', '$2x$'),
  sound.replace('$04$', '$4$'),
  sound.replace('N8M', 'N M'),
  sound.toUpperCase(),
  `${sound}$${sound}`,
  ...['00', '03', '32', '99'].map((cost) => sound.replace('$04$', `$${cost}$`)),
  'pbkdf2_sha256$720000$salt$aGFzaA==',
  'pbkdf2_sha256$0$salt$aGFzaA==',
  'pbkdf2_sha256$-1$salt$aGFzaA==',
  'pbkdf2_sha256$1e3$salt$aGFzaA==',
  'pbkdf2_sha256$1000$$aGFzaA==',
  'pbkdf2_sha256$1000$salt$',
  'pbkdf2_sha256$$$',
  'argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdA$aGFzaA',
  'argon2$argon2id$v=16$m=64,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
  'argon2$argon2id$m=64,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
  'argon2$argon2id$v=19$m=0,t=0,p=0$YWJjZGVmZ2hpamtsbW5vcA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
  'argon2$argon2id$v=19$t=1,m=64,p=1$YWJjZGVmZ2hpamtsbW5vcA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
  'argon2$argon2x$v=19$m=64,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
  'argon2$',
  'scrypt$1024$salt$8$1$',
  `scrypt$1000$salt$8$1$${'A'.repeat(86)}==`,
  `scrypt$1$salt$8$1$${'A'.repeat(86)}==`,
  `scrypt$0$salt$0$0$${'A'.repeat(86)}==`,
  'md5$salt$',
  'md5$$',
  'sha1$$',
  `md5$salt$${'A'.repeat(32)}`,
  'crypt$$ab1234567890.',
  'constructor$x$y',
  '__proto__$x$y',
  '{"$ne":null}',
  '$'.repeat(100_000),
  'x'.repeat(100_000),
  `pbkdf2_sha256$1000$${'x'.repeat(100_000)}$aGFzaA==`,
];

describe('an invalid hash', () => {
  const all = preferring('bcrypt_sha256');

  test.for(malformed)('such as %j matches no password, and is no fault', async (encoded) => {
    for (const password of ['lètmein', '', encoded]) expect((await all.check(password, encoded)).matches).toBe(false);
  });

  test('matches nothing, whatever its text', async () => {
    const word = fc.constantFrom('', 'argon2', 'scrypt', 'pbkdf2_sha256', 'bcrypt_sha256', 'bcrypt', 'md5', 'sha1', '!');
    const parts = fc.array(fc.oneof(fc.string(), fc.nat({ max: 2000 }).map(String)), { maxLength: 6 });
    const text = fc.tuple(word, parts).map(([first, rest]) => [first, ...rest].join('$'));
    await fc.assert(
      fc.asyncProperty(text, async (encoded) => !(await all.check(encoded, encoded)).matches),
      { numRuns: 200 },
    );
  });

  test('is not compared, and the reason does not contain it', async () => {
    const reasons = await Promise.all(['!x', 'x$y', 'md5$salt$', 'md5$$'].map(async (encoded) => (await all.check('x', encoded)).refused));
    expect(reasons).toEqual(['unusable password', 'hash of an unknown algorithm', 'malformed md5 hash', 'malformed md5 hash']);
    expect(await check('x', `md5$salt$${'0'.repeat(32)}`)).toMatchObject({ matches: false, refused: 'md5 is not in PASSWORD_HASHERS' });
  });
});
