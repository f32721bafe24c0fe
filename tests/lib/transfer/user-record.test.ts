import { describe, expect, test } from 'vitest';
import { newPasswordSeal, openPasswordSeal } from '#lib/transfer/password-seal.ts';
import { readRecord, toRecord } from '#lib/transfer/user-record.ts';
import { cpuMsSince } from '../cpu-time.ts';
import { madeUser } from '../users/made-user.ts';

const at = new Date('2026-05-01T12:00:00Z');
const everything = () =>
  madeUser({
    roles: ['staff', '编辑'],
    attributes: { nickname: 'Ada\u2028\n', money: 0.1, list: [1, { deep: null }] },
    suspension: { at, until: new Date('2099-01-01T00:00:00Z'), reason: 'spam', by: 'u1' },
    isActive: false,
    avatar: `${'a'.repeat(32)}.webp`,
    lastLogin: at,
    version: 7,
    tokenEpoch: 3,
  });
const throughJson = (user = everything()) => JSON.parse(JSON.stringify(toRecord(user)));

describe('the line of a user', () => {
  test.each([
    ['with everything', everything()],
    ['with nothing that can be absent', madeUser({ mobile: undefined })],
    ['imported with an old id', madeUser({ id: '17', suspension: { at }, isActive: false })],
  ])('%s is read back as who was written', (_, user) => {
    const read = readRecord(throughJson(user));
    expect('user' in read && JSON.parse(JSON.stringify(read.user))).toEqual(JSON.parse(JSON.stringify(user)));
  });

  test.each([
    [{ id: '' }, 'id: '],
    [{ id: '..' }, 'id: '],
    [{ id: 'a/b' }, 'id: '],
    [{ id: 17 }, 'id: has to be string'],
    [{ username: 'a@b' }, 'username: is no username'],
    [{ username: '123' }, 'username: '],
    [{ email: 'nobody' }, 'email: is no e-mail address'],
    [{ mobile: '13800138000' }, 'mobile: '],
    [{ password: '' }, 'password: is empty'],
    [{ password: 'sealed$a$b' }, 'password: is sealed'],
    [{ roles: ['staff', 'staff'] }, 'roles: names a role twice'],
    [{ roles: [' staff'] }, 'roles.0: '],
    [{ roles: ['x'.repeat(64), ...Array.from({ length: 8 }, (_, index) => `${index}${'x'.repeat(63)}`)] }, 'roles: are more than'],
    [{ is_superuser: 'true' }, 'is_superuser: has to be boolean'],
    [{ token_epoch: -1 }, 'token_epoch: '],
    [{ version: 1.5 }, 'version: '],
    [{ avatar: '../../x.webp' }, 'avatar: '],
    [{ attributes: { 'Not a name': 1 } }, 'attributes.Not a name: '],
    [{ date_joined: 'yesterday' }, 'date_joined: '],
    [{ date_joined: '2026-02-31T99:00:00Z' }, 'date_joined: '],
    [{ suspension: { at: '2026-05-01T12:00:00Z', reason: null, by: null } }, 'suspension.until: is missing'],
    [{ is_staff: true }, 'is_staff: is not known here'],
  ])('%j is refused, and says why without a value', (wrong, reason) => {
    const read = readRecord({ ...throughJson(), ...wrong });
    expect(read).toEqual({ reasons: [expect.stringContaining(reason)] });
  });

  test('may lack an optional field, because the backup can be older than the field', () => {
    const { mobile: _, ...older } = throughJson();
    expect(readRecord(older)).toMatchObject({ user: { mobile: undefined, username: older.username } });
  });

  test('lists every error at once, or says that it is not a record', () => {
    const { email: _, ...without } = throughJson();
    expect(readRecord({ ...without, username: '' })).toEqual({ reasons: ['username: is no username', 'email: is missing'] });
    for (const none of [null, 'text', 17, []]) expect(readRecord(none)).toMatchObject({ reasons: expect.anything() });
    const proto = JSON.parse(`{"__proto__": {"is_superuser": true}, ${JSON.stringify(throughJson()).slice(1)}`);
    expect(readRecord(proto)).toEqual({ reasons: ['__proto__: is not known here'] });
  });
});

describe('a sealed password', async () => {
  const seal = await newPasswordSeal('the passphrase of a file');
  const record = throughJson();
  const sealed = seal.seal(record.password, record.id);

  test('opens with the passphrase and cannot be read without it', async () => {
    const again = await openPasswordSeal('the passphrase of a file', seal.terms);
    expect(readRecord({ ...record, password: sealed }, again?.open)).toMatchObject({ user: { password: record.password } });
    expect(JSON.stringify([sealed, seal.terms])).not.toContain('bcrypt');
    expect(seal.seal(record.password, record.id)).not.toBe(sealed);
    expect(await openPasswordSeal('another passphrase of a file', seal.terms)).toBeUndefined();
  });

  test('belongs to one user and one file, and is refused if a byte changes', async () => {
    const other = await newPasswordSeal('the passphrase of a file');
    expect([seal.open(sealed, 'somebody else'), other.open(sealed, record.id)]).toEqual([undefined, undefined]);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = `${sealed.slice(0, index)}${sealed[index] === 'A' ? 'B' : 'A'}${sealed.slice(index + 1)}`;
      expect(seal.open(changed, record.id), `character ${index}`).toBeUndefined();
    }
    for (const text of ['', 'sealed$', sealed.slice(0, -1), `${sealed}A`]) expect(seal.open(text, record.id), text).toBeUndefined();
  });

  test('is the only kind of password in a sealed file', () => {
    expect(readRecord(record, seal.open)).toEqual({ reasons: ['password: was not sealed for this user'] });
  });

  test('is refused if it demands more work than allowed', async () => {
    const start = process.cpuUsage();
    expect(await openPasswordSeal('the passphrase of a file', { ...seal.terms, n: 2 ** 24 })).toBeUndefined();
    expect(cpuMsSince(start)).toBeLessThan(100);
  });
});
