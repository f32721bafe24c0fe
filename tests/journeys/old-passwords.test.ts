import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Call } from '#local/gateway/call-log.ts';
import { ownGateway } from './shared-gateway.ts';
import { fiftyAtOnce, type NewUser, newUser, post, problemOf, register, signedInUser } from './users.ts';

type Vector = { readonly algorithm: string; readonly password: string; readonly encoded: string };
const vectors = JSON.parse(readFileSync(new URL('../fixtures/django-hashes.json', import.meta.url), 'utf8')) as Vector[];
const django = 'django.contrib.auth.hashers';
const everyHasher = `${django}.BCryptSHA256PasswordHasher,${django}.PBKDF2PasswordHasher,pbkdf2_sha1,argon2,scrypt,bcrypt,sha1,md5,unsalted_sha1,unsalted_md5`;
const currentHash = /^bcrypt_sha256\$\$2b\$10\$/;
const refused = { status: 401, code: 'no_active_account', detail: 'No active account found with the given credentials' };

const settings = { PASSWORD_HASHERS: everyHasher, LOGIN_RATE_ACCOUNT: 'off' };
const { gateway, tables } = await ownGateway({ instances: 10, settings });
const ada = await signedInUser(gateway);

/** Ada, with this hash of another system in her row. */
async function imported(encoded: string, password: string) {
  await tables.set('users', { id: ada.id }, 'password', encoded);
  return { ...ada, password };
}
const logIn = ({ username, password }: NewUser) => post(gateway, '/token/', { username, password });
const stored = async (id: string) => String((await tables.all('users')).find((row) => row['id'] === id)?.['password']);
const oneOfEach = [...new Map(vectors.filter(({ password }) => password === 'lètmein').map((each) => [each.encoded, each])).values()];

const isUpgrade = ({ operation, input }: Call) => operation === 'UpdateItem' && input['TableName'] === 'gatehouse-dev-users';

describe('a user from Django', () => {
  it.each(oneOfEach)(
    'logs in with the old password, hashed as $encoded, and then has a hash of the current kind',
    async ({ encoded, password }) => {
      const user = await imported(encoded, password);
      expect(await problemOf(await logIn({ ...user, password: 'wrong' }))).toEqual(refused);
      expect(await stored(user.id)).toBe(encoded);
      expect((await logIn(user)).status).toBe(200);
      const better = await stored(user.id);
      expect(better).toMatch(currentHash);
      expect((await logIn(user)).status).toBe(200);
      expect(await stored(user.id)).toBe(better);
      expect((await logIn({ ...user, password: 'wrong' })).status).toBe(401);
    },
  );

  it('can log in with the exact spelling that Django hashed, and from then on with the other Unicode form too', async () => {
    const { encoded = '', password = '' } =
      vectors.find((each) => each.algorithm === 'pbkdf2_sha256' && each.password === 'Zoe\u0308') ?? {};
    const user = await imported(encoded, password);
    expect((await logIn({ ...user, password: 'Zo\u00eb' })).status).toBe(401);
    expect((await logIn(user)).status).toBe(200);
    for (const typed of ['Zo\u00eb', 'Zoe\u0308']) expect((await logIn({ ...user, password: typed })).status).toBe(200);
  });

  it('can log in fifty times at once and then has one valid hash', async () => {
    // argon2 takes a third of bcrypt’s time.
    gateway.restart({ PASSWORD_HASHERS: ['argon2', ...everyHasher.split(',').filter((name) => name !== 'argon2')].join() });
    const { encoded = '', password = '' } = oneOfEach.find(({ algorithm }) => algorithm === 'md5') ?? {};
    const user = await imported(encoded, password);
    const statuses = (await fiftyAtOnce(() => logIn(user))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await stored(user.id)).toMatch(/^argon2\$argon2id\$/);
    expect((await logIn(user)).status).toBe(200);
    gateway.restart();
  });

  it.each(['drop-before', 'drop-after', 'crash-before', 'crash-after'] as const)(
    'logs in although the new hash cannot be written (%s), at the latest at the next try, and has it after the next login',
    async (kind) => {
      const { encoded = '', password = '' } = oneOfEach.find(({ algorithm }) => algorithm === 'pbkdf2_sha256') ?? {};
      const user = await imported(encoded, password);
      const fault = gateway.gate.fault('tokenObtain', isUpgrade, kind, { times: 99 });
      const { status } = await logIn(user);
      if (kind.startsWith('drop')) expect(status).toBe(200);
      fault.end();
      expect(fault.struck).toBeGreaterThan(0);
      if (kind.endsWith('before')) expect(await stored(user.id)).toBe(encoded);
      expect((await logIn(user)).status).toBe(200);
      expect(await stored(user.id)).toMatch(currentHash);
      expect((await logIn(user)).status).toBe(200);
    },
  );
});

describe('an unusable, unknown or too expensive hash', () => {
  const key = `${'A'.repeat(86)}==`;
  it.each([
    ['!Xk3unusable', 'unusable password'],
    ['', 'hash of an unknown algorithm'],
    ['lètmein', 'hash of an unknown algorithm'],
    ['pbkdf2_sha256$$$', 'malformed pbkdf2_sha256 hash'],
    ['argon2$argon2id$v=19$m=0,t=0,p=0$$', 'malformed argon2 hash'],
    [`scrypt$1073741824$salt$8$1$${key}`, 'scrypt hash beyond the cap'],
    [`pbkdf2_sha256$1000000000$salt$${key.slice(-44)}`, 'pbkdf2_sha256 hash beyond the cap'],
    [
      'argon2$argon2id$v=19$m=4194304,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE',
      'argon2 hash beyond the cap',
    ],
    ['bcrypt$$2b$31$QxV5/g8YpXhR2mZ0sTnDLuN8M//T/MwAwzZrsRvtd/CJNcypsetCu', 'bcrypt hash beyond the cap'],
  ])('is refused without being computed: %s', async (encoded, reason) => {
    const user = await imported(encoded, 'lètmein');
    for (const password of ['lètmein', encoded || 'x']) expect(await problemOf(await logIn({ ...user, password }))).toEqual(refused);
    // Computing one takes longer than the function’s timeout, so the answer would be no 401.
    expect(JSON.stringify(gateway.logs('tokenObtain'))).toContain(reason);
    expect(await stored(user.id)).toBe(encoded);
  });
});

describe('PASSWORD_HASHERS and the costs', () => {
  const bcryptVector = vectors.find(({ algorithm }) => algorithm === 'bcrypt_sha256') as Vector;

  it.each([
    [{ PASSWORD_HASHERS: 'pbkdf2_sha256,bcrypt_sha256', PBKDF2_ITERATIONS: '700000' }, /^pbkdf2_sha256\$700000\$/],
    [{ PASSWORD_HASHERS: 'pbkdf2_sha1,bcrypt_sha256', PBKDF2_ITERATIONS: '1300000' }, /^pbkdf2_sha1\$1300000\$/],
    [
      { PASSWORD_HASHERS: 'argon2,bcrypt_sha256', ARGON2_MEMORY_COST: '12288', ARGON2_TIME_COST: '3', ARGON2_PARALLELISM: '2' },
      /^argon2\$argon2id\$v=19\$m=12288,t=3,p=2\$/,
    ],
    [
      { PASSWORD_HASHERS: 'scrypt,bcrypt_sha256', SCRYPT_WORK_FACTOR: '8192', SCRYPT_BLOCK_SIZE: '9', SCRYPT_PARALLELISM: '10' },
      /^scrypt\$8192\$[A-Za-z0-9]{22}\$9\$10\$/,
    ],
    [{ BCRYPT_ROUNDS: '11' }, /^bcrypt_sha256\$\$2b\$11\$/],
  ])('apply to new passwords, and to old ones at the next login: %j', async (settings, format) => {
    const old = await imported(bcryptVector.encoded, bcryptVector.password);
    gateway.restart(settings);
    expect((await logIn(old)).status).toBe(200);
    expect(await stored(old.id)).toMatch(format);
    const user = newUser();
    const { id } = (await (await register(gateway, user)).json()) as { id: string };
    expect(await stored(id)).toMatch(format);
    expect((await logIn(user)).status).toBe(200);
    expect((await logIn(old)).status).toBe(200);
  });

  it('refuse a hash whose hasher is not listed', async () => {
    const user = await imported(bcryptVector.encoded, bcryptVector.password);
    gateway.restart({ PASSWORD_HASHERS: 'pbkdf2_sha256' });
    expect(await problemOf(await logIn(user))).toEqual(refused);
    expect(JSON.stringify(gateway.logs('tokenObtain'))).toContain('bcrypt_sha256 is not in PASSWORD_HASHERS');
    gateway.restart({ PASSWORD_HASHERS: everyHasher });
    expect((await logIn(user)).status).toBe(200);
  });
});
