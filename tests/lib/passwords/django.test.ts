import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { everyHasher, preferring } from './made-passwords.ts';

type Vector = { readonly made_by: string; readonly algorithm: string; readonly password: string; readonly encoded: string };
const vectors = JSON.parse(readFileSync(new URL('../../fixtures/django-hashes.json', import.meta.url), 'utf8')) as Vector[];

const all = preferring('bcrypt_sha256');
const making = ['bcrypt_sha256', 'pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'scrypt'];
const passwords = [
  'correct horse battery staple',
  'lètmein',
  '密码😀 pässword ',
  '',
  '  spaces  ',
  'a\0b',
  'x'.repeat(73),
  'é'.repeat(100),
  'Zo\u00eb',
  'Zoe\u0308',
  '\ufeff',
];

describe('a hash of Django’s', () => {
  test.for(everyHasher.split(','))('is tested for each of its hashers: %s', (name) => {
    expect(vectors.filter(({ algorithm }) => algorithm === name).length).toBeGreaterThan(7);
  });

  test.for(vectors)('of $algorithm, for $password, matches it and no other password', async ({ algorithm, password, encoded }) => {
    const isOutdated = algorithm !== 'bcrypt_sha256' || password !== password.normalize('NFC');
    expect(await all.check(password, encoded)).toEqual({ matches: true, isOutdated });
    for (const other of ['wrong', `y${password}`]) expect((await all.check(other, encoded)).matches, other).toBe(false);
  });

  test('of a password with combining characters matches it exactly as entered, and is outdated', async () => {
    const { encoded = '' } = vectors.find(({ algorithm, password }) => algorithm === 'pbkdf2_sha256' && password === 'Zoe\u0308') ?? {};
    const same = preferring('pbkdf2_sha256');
    expect(await same.check('Zoe\u0308', encoded)).toEqual({ matches: true, isOutdated: true });
    expect(await same.check('Zo\u00eb', encoded)).toMatchObject({ matches: false });
  });
});

const program = process.env['DJANGO_PYTHON'] ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('ask-django.py', import.meta.url));
function askDjango(questions: readonly (readonly string[])[]): unknown[] {
  const stdio = ['pipe', 'pipe', 'ignore'] as const;
  return JSON.parse(execFileSync(program, [script], { input: JSON.stringify(questions), encoding: 'utf8', stdio: [...stdio] }));
}
const names = everyHasher.split(',');
/** Django's version, and a hash of each password by each hasher, in one run: Python takes a second to start. */
const [version, ...made] = (() => {
  try {
    return askDjango([['version'], ...names.flatMap((name) => passwords.map((password) => ['make', name, password]))]);
  } catch {
    return []; // Python and Django may be missing
  }
})();

describe.runIf(version)(`Django ${version}`, () => {
  test.for(names)('makes hashes that are understood here: %s', async (name) => {
    const hashes = passwords.flatMap((password, index) => {
      const encoded = made[names.indexOf(name) * passwords.length + index];
      return typeof encoded === 'string' ? [{ password, encoded }] : [];
    });
    if (name !== 'scrypt') expect(hashes.length).toBeGreaterThan(9); // Django has scrypt since 4.0; its plain bcrypt refuses a NUL
    for (const { password, encoded } of hashes) {
      expect((await all.check(password, encoded)).matches, password).toBe(true);
      expect((await all.check(`?${password}`, encoded)).matches, password).toBe(false);
    }
  });

  test('understands the hashes that are made here', async () => {
    const known = making.filter((name) => name !== 'scrypt' || made.some((encoded) => String(encoded).startsWith('scrypt$')));
    const hashed = known.flatMap((name) => passwords.map((typed) => ({ hash: preferring(name).hash, password: typed.normalize('NFC') })));
    const hashes = await Promise.all(hashed.map(({ hash, password }) => hash(password)));
    const ask = (prefix: string) => hashed.map(({ password }, index) => ['check', `${prefix}${password}`, hashes[index] ?? '']);
    expect(askDjango([...ask(''), ...ask('?')])).toEqual([...hashes.map(() => true), ...hashes.map(() => false)]);
  });
});
