import { createHash } from 'node:crypto';
import bcrypt from 'bcryptjs';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hashPassword, isOutdated, passwordMatches } from '#lib/passwords/password-hash.ts';

describe('a hash', () => {
  test('is Django’s bcrypt_sha256: bcrypt of the SHA-256 in hex', async () => {
    const encoded = await hashPassword('lètmein', 4);
    expect(encoded).toMatch(/^bcrypt_sha256\$\$2b\$04\$[./A-Za-z0-9]{53}$/);
    const digest = createHash('sha256').update('lètmein').digest('hex');
    expect(await bcrypt.compare(digest, encoded.slice('bcrypt_sha256$'.length))).toBe(true);
  });

  test('matches its password and no other', async () => {
    const encoded = await hashPassword('correct horse', 4);
    expect(await passwordMatches('correct horse', encoded, 4)).toBe(true);
    for (const other of [
      '',
      'correct hors',
      'correct horse ',
      ' correct horse',
      'Correct horse',
      'correct horse\0',
      'correct\0horse',
      encoded,
    ]) {
      expect(await passwordMatches(other, encoded, 4), other).toBe(false);
    }
  });

  test('is another one each time', async () => {
    expect(await hashPassword('same', 4)).not.toBe(await hashPassword('same', 4));
  });

  test.for([
    // Made with libxcrypt, which answers to jBCrypt’s own vectors.
    ['lètmein', 'bcrypt_sha256$$2b$04$QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu'],
    ['correct horse battery staple', 'bcrypt_sha256$$2a$05$abcdefghijklmnopqrstuuo5UaIBysJIH5CaMip.8XQbctZzHcXPa'],
    ['密码😀pässword ', 'bcrypt_sha256$$2y$04$......................ZbcJ0k6AdtwGnSh.PsNR3HxDMM2b0K6'],
    ['x'.repeat(200), 'bcrypt_sha256$$2b$04$zVHmKQtGGQob.b/Nc7l9Nec80/uuDxLJd7mo7.9TLX9hfP1peNbo.'],
  ] as const)('that another bcrypt made matches: %s', async ([password, encoded]) => {
    expect(await passwordMatches(password, encoded, 4)).toBe(true);
    expect(await passwordMatches(`${password}x`, encoded, 4)).toBe(false);
  });

  test('counts every character, also behind the 72nd byte', async () => {
    const long = 'é'.repeat(255);
    const encoded = await hashPassword(`${long}a`, 4);
    expect(await passwordMatches(`${long}a`, encoded, 4)).toBe(true);
    expect(await passwordMatches(`${long}b`, encoded, 4)).toBe(false);
    expect(await passwordMatches(long, encoded, 4)).toBe(false);
  });

  test('is the same from every keyboard, and keeps what only looks alike apart', async () => {
    const encoded = await hashPassword('Zoe\u0308', 4);
    expect(await passwordMatches('Zo\u00eb', encoded, 4)).toBe(true);
    for (const other of ['Ｚo\u00eb', 'Zoe', 'zo\u00eb']) expect(await passwordMatches(other, encoded, 4)).toBe(false);
  });

  test('of another cost, or made otherwise, is outdated', async () => {
    const encoded = await hashPassword('x', 5);
    expect([isOutdated(encoded, 5), isOutdated(encoded, 4), isOutdated(encoded, 6)]).toEqual([false, true, true]);
    for (const other of ['', 'pbkdf2_sha256$1$salt$hash', 'bcrypt$$2b$05$x']) expect(isOutdated(other, 5)).toBe(true);
  });
});

const sound = 'bcrypt_sha256$$2b$04$QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu';
const malformed = [
  '',
  '!',
  'lètmein',
  sound.slice(0, -1),
  `${sound}x`,
  `${sound}\n`,
  ` ${sound}`,
  sound.slice('bcrypt_sha256$'.length),
  sound.replace('bcrypt_sha256', 'bcrypt'),
  sound.replace('$2b$', '$2x$'),
  sound.replace('$04$', '$4$'),
  sound.replace('N8M', 'N M'),
  sound.toUpperCase(),
  `${sound}$${sound}`,
  'pbkdf2_sha256$720000$salt$aGFzaA==',
  'argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA',
  '{"$ne":null}',
  'x'.repeat(100_000),
];

describe('a hash that is none', () => {
  test.for(malformed)('%j matches no password', async (encoded) => {
    for (const password of ['lètmein', '', encoded]) expect(await passwordMatches(password, encoded, 4)).toBe(false);
  });

  test.for(['00', '03', '32', '99'])('of a cost that bcrypt does not have (%s) matches no password, and is no accident', async (cost) => {
    expect(await passwordMatches('lètmein', sound.replace('$04$', `$${cost}$`), 4)).toBe(false);
  });

  test('matches nothing, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (encoded) => (await passwordMatches(encoded, encoded, 4)) === false),
      { numRuns: 50 },
    );
  });
});

describe('nobody’s password', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.for([undefined, ...malformed.slice(0, 6)])('is compared with the same work as somebody’s: %j', async (encoded) => {
    const compare = vi.spyOn(bcrypt, 'compare');
    for (const rounds of [4, 5, 6]) {
      compare.mockClear();
      expect(await passwordMatches('lètmein', encoded, rounds)).toBe(false);
      expect(compare).toHaveBeenCalledTimes(1);
      const [, hash = ''] = compare.mock.calls[0] ?? [];
      expect(hash).toMatch(/^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/);
      expect(bcrypt.getRounds(hash)).toBe(rounds);
    }
  });
});
