import { describe, expect, test } from 'vitest';
import { type Candidate, makeSuperuser } from '#lib/transfer/make-superuser.ts';
import { memoryPasswordStore } from '../../stores/password-store.memory.ts';
import { memorySuperuserStore } from '../../stores/superuser-store.memory.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { madeService } from '../users/made-service.ts';

const password = 'the sentence of a superuser';
function made() {
  const service = madeService();
  const needs = {
    ...service,
    superusers: memorySuperuserStore(service.tables),
    store: memoryPasswordStore(service.tables),
    passwords: madePasswords(),
    passwordMinLength: 8,
    isCommonPassword: (text: string) => text === 'password1',
    region: 'CN',
    notices: ['password-changed'] as const,
  };
  return {
    ...service,
    needs,
    make: (candidate: Candidate) => makeSuperuser(needs, candidate),
    errorsOf: async (candidate: Candidate) =>
      await makeSuperuser(needs, candidate).then(
        () => 'made',
        ({ code, options }) => ({ [code]: options.errors }),
      ),
    rows: () => [...service.tables.users.values()],
    matches: async (typed: string) => (await needs.passwords.check(typed, [...service.tables.users.values()][0]?.password)).matches,
  };
}

describe('a superuser', () => {
  test('that does not exist is created, even with a reserved username', async () => {
    const { make, rows, matches, tables } = made();
    expect(await make({ username: 'Admin', email: 'Admin@Example.com', password })).toMatchObject({ done: 'created', password: 'set' });
    expect(rows()).toEqual([
      expect.objectContaining({ username: 'Admin', email: 'Admin@Example.com', isSuperuser: true, isActive: true, isEmailVerified: true }),
    ]);
    expect([await matches(password), [...tables.identifiers.keys()].toSorted()]).toEqual([true, ['admin', 'admin@example.com']]);
    expect(tables.events.map(({ type }) => type)).toEqual(['superuser_made']);
  });

  test('without a password gets one that never matches, and may get another later', async () => {
    const { make, rows, matches } = made();
    expect(await make({ username: 'root', email: 'r@example.com' })).toMatchObject({ done: 'created', password: 'unusable' });
    expect(rows()[0]?.password).toMatch(/^![0-9a-f]{40}$/);
    expect(await make({ username: 'root' })).toMatchObject({ done: 'nothing', password: 'unusable' });
    expect(await make({ username: 'root', password })).toMatchObject({ done: 'nothing', password: 'changed' });
    expect(await matches(password)).toBe(true);
  });

  test('gets no password from a breach, when made or later', async () => {
    const { needs, rows, matches } = made();
    const careful = { ...needs, breaches: { has: async (typed: string) => typed !== password } };
    const make = async (candidate: Candidate) => await makeSuperuser(careful, candidate).catch(({ options }) => options.errors);
    const breached = { password: [{ phrase: 'password_breached' }] };
    expect([await make({ username: 'root', email: 'r@example.com', password: 'a leaked sentence' }), rows()]).toEqual([breached, []]);
    expect(await make({ username: 'root', email: 'r@example.com', password })).toMatchObject({ done: 'created' });
    expect([await make({ username: 'root', password: 'a leaked sentence' }), await matches(password)]).toEqual([breached, true]);
  });

  test('is created once if the command is repeated, and nothing is written the second time', async () => {
    const { make, rows, tables } = made();
    const candidate = { username: 'root', email: 'r@example.com', password };
    await make(candidate);
    const before = [rows(), tables.events.length];
    expect(await make(candidate)).toMatchObject({ done: 'nothing', password: 'kept' });
    expect([rows(), tables.events.length]).toEqual(before);
  });

  test('that exists as a user is promoted and keeps password and address, and no session or API token of before', async () => {
    const { make, addUser, rows, tables } = made();
    const user = await addUser(password);
    expect(await make({ username: user.username.toUpperCase(), email: 'other@example.com', promote: user.id })).toMatchObject({
      done: 'promoted',
      password: 'kept',
    });
    expect(rows()).toEqual([{ ...user, isSuperuser: true, tokenEpoch: user.tokenEpoch + 1 }]);
    expect(tables.events.map(({ type }) => type)).toEqual(['user_registered', 'superuser_made']);
  });

  test('who took the name first is not promoted for the name alone', async () => {
    const { make, addUser, rows, tables } = made();
    const user = await addUser(password);
    const refused = expect.objectContaining({ name: 'Unmistaken', user });
    const names = { username: user.username };
    for (const more of [{}, { email: 'ceo@example.com' }, { email: user.email }, { promote: 'another id' }])
      await expect(make({ ...names, password: `${password} 2`, ...more })).rejects.toEqual(refused);
    expect(rows()).toEqual([user]);
    tables.users.set(user.id, { ...user, isEmailVerified: true, isEmailVouched: true });
    await expect(make({ ...names, email: user.email })).rejects.toThrow();
    tables.users.set(user.id, { ...user, isEmailVerified: true });
    await expect(make({ ...names, email: 'ceo@example.com' })).rejects.toThrow();
    await expect(make({ ...names, email: user.email, promote: 'another id' })).rejects.toThrow();
    expect(await make({ ...names, email: user.email.toUpperCase() })).toMatchObject({ done: 'promoted' });
  });

  test('with a new password is signed out everywhere', async () => {
    const { make, addUser, rows, matches } = made();
    const user = await addUser('the one before');
    expect(await make({ username: user.username, password, promote: 'anybody' })).toMatchObject({ done: 'promoted', password: 'changed' });
    expect([await matches(password), rows()[0]?.tokenEpoch]).toEqual([true, user.tokenEpoch + 2]);
  });

  test('is created once if twenty commands run at once', async () => {
    const { make, rows } = made();
    const attempts = Array.from({ length: 20 }, () => make({ username: 'root', email: 'r@example.com', password }));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(rows()).toHaveLength(1);
  });
});

describe('an invalid value is named', () => {
  test.each([
    ['no username', { username: '12345', email: 'r@example.com' }, { username: [{ phrase: 'invalid_username' }] }],
    ['no address', { username: 'root' }, { email: [{ phrase: 'required' }] }],
    ['no real address', { username: 'root', email: 'nowhere' }, { email: [{ phrase: 'invalid_email' }] }],
    [
      'a common password',
      { username: 'root', email: 'r@example.com', password: 'password1' },
      { password: [{ phrase: 'password_too_common' }] },
    ],
    [
      'the name for a password',
      { username: 'rootroot', email: 'r@example.com', password: 'rootroot' },
      { password: [{ phrase: 'password_is_identifier', values: { field: 'username' } }] },
    ],
  ])('%s', async (_, candidate, errors) => {
    const { errorsOf, rows } = made();
    expect([await errorsOf(candidate), rows()]).toEqual([{ validation_failed: errors }, []]);
  });

  test('if another user has the address', async () => {
    const { errorsOf, addUser } = made();
    const { email } = await addUser(password);
    expect(await errorsOf({ username: 'root', email, password })).toEqual({ identifier_taken: { email: [{ phrase: 'email_taken' }] } });
  });

  test('a weak password promotes no user', async () => {
    const { errorsOf, addUser, rows } = made();
    const user = await addUser(password);
    await errorsOf({ username: user.username, password: 'password1', promote: user.id });
    expect(rows()).toEqual([user]);
  });
});
