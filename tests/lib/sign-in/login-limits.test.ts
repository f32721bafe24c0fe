import bcrypt from 'bcryptjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseRate, type Rate } from '#lib/rate.ts';
import { login } from '#lib/sign-in/login.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { quietly } from '../logged.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeService } from '../users/made-service.ts';

const rate = (text: string) => parseRate(text) as Rate;
const made = (limits: Partial<Record<'account' | 'address' | 'global', string>> = {}, given = {}) => {
  const service = madeService();
  const needs = {
    users: service.users,
    throttle: service.throttle,
    recordFailure: service.recordFailure,
    limits: {
      account: rate(limits.account ?? '10/15m'),
      address: rate(limits.address ?? '100/15m'),
      global: rate(limits.global ?? '1000/1m'),
    },
    open: async () => ({ access: 'a', refresh: 'r', expiresInSeconds: 300 }),
    region: 'CN',
    passwords: madePasswords(),
    isLastLoginKept: false,
    hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, {}),
    now: service.now,
    ...given,
  };
  const logIn = async (identifier: string, password: string, address = client.address) =>
    await quietly(() =>
      login(needs, { identifier, password, isRemembered: false }, { client: { ...client, address }, language: 'en' }).then(
        () => 'in',
        (error: { code?: string }) => error.code ?? 'fault',
      ),
    );
  const times = async (count: number, attempt: (index: number) => Promise<string>) => {
    const codes = [];
    for (let index = 0; index < count; index += 1) codes.push(await attempt(index));
    return codes;
  };
  return { ...service, needs, logIn, times };
};
afterEach(() => {
  vi.restoreAllMocks();
});

describe('tries are counted before a password is compared', () => {
  test('and with a limit of ten, ten of fifty at once are compared', async () => {
    const { addUser, logIn } = made();
    const { username } = await addUser('hunter2!');
    const hash = vi.spyOn(bcrypt, 'hash');
    const codes = await Promise.all(Array.from({ length: 50 }, () => logIn(username, 'wrong')));
    expect(codes.filter((code) => code === 'no_active_account')).toHaveLength(10);
    expect(codes.filter((code) => code === 'throttled')).toHaveLength(40);
    expect(hash).toHaveBeenCalledTimes(10);
  });

  test('and so are ten of fifty for an account that does not exist', async () => {
    const { logIn } = made();
    const hash = vi.spyOn(bcrypt, 'hash');
    const codes = await Promise.all(Array.from({ length: 50 }, () => logIn('nobody', 'wrong')));
    expect(codes.filter((code) => code === 'throttled')).toHaveLength(40);
    expect(hash).toHaveBeenCalledTimes(10);
  });

  test('and the right password is refused once the limit is reached', async () => {
    const { addUser, logIn, times, pass } = made({ account: '3/15m' });
    const { username } = await addUser('hunter2!');
    await times(3, () => logIn(username, 'wrong'));
    expect(await logIn(username, 'hunter2!')).toBe('throttled');
    pass(20 * 60);
    expect(await logIn(username, 'hunter2!')).toBe('in');
  });
});

describe('a login limit holds', () => {
  test('for an account from every address', async () => {
    const { addUser, logIn, times } = made({ account: '3/15m' });
    const { username } = await addUser('hunter2!');
    await times(3, (index) => logIn(username, 'wrong', `192.0.2.${index}`));
    expect(await logIn(username, 'wrong', '192.0.2.9')).toBe('throttled');
  });

  test('for an account in every spelling of its identifier', async () => {
    const { addUser, logIn } = made({ account: '3/15m' });
    await addUser('hunter2!', { username: 'zoë' });
    const codes = [];
    for (const written of ['zoë', 'ZOË', ' zoe\u0308', 'ｚoë']) codes.push(await logIn(written, 'wrong'));
    expect(codes).toEqual(['no_active_account', 'no_active_account', 'no_active_account', 'throttled']);
  });

  test('for an identifier that no user can have, in every case', async () => {
    const { logIn } = made({ account: '2/15m' });
    const codes = [];
    for (const written of ['@A', '@a', ' @A ']) codes.push(await logIn(written, 'wrong'));
    expect(codes.at(-1)).toBe('throttled');
  });

  test('for an address, whichever accounts are tried', async () => {
    const { logIn, times } = made({ address: '3/15m' });
    await times(3, (index) => logIn(`nobody${index}`, 'wrong'));
    expect(await logIn('another', 'wrong')).toBe('throttled');
    expect(await logIn('another', 'wrong', '192.0.2.2')).toBe('no_active_account');
  });

  test('for all logins together', async () => {
    const { logIn, times } = made({ global: '3/1m' });
    await times(3, (index) => logIn(`nobody${index}`, 'wrong', `192.0.2.${index}`));
    expect(await logIn('another', 'wrong', '192.0.2.9')).toBe('throttled');
  });

  test('for each identifier of an account separately, because a lookup first would tell which accounts exist (decision 0008)', async () => {
    const { addUser, logIn, times } = made({ account: '3/15m' });
    const { username, email, mobile = '' } = await addUser('hunter2!');
    const codes = await times(9, (index) => logIn([username, email, mobile][index % 3] ?? '', 'wrong'));
    expect(codes.filter((code) => code === 'no_active_account')).toHaveLength(9);
    expect(await logIn(email, 'wrong')).toBe('throttled');
  });
});

describe('a try that was refused', () => {
  test('for its address does not count for the global limit, or one address could lock everyone out', async () => {
    const { addUser, logIn, times } = made({ address: '3/15m', global: '10/1m' });
    const { username } = await addUser('hunter2!');
    await times(50, (index) => logIn(`nobody${index}`, 'wrong', '203.0.113.1'));
    expect(await logIn(username, 'hunter2!')).toBe('in');
  });

  test('for its address does not count for the account, or one address could lock many accounts', async () => {
    const { addUser, logIn, times } = made({ address: '3/15m' });
    const { username } = await addUser('hunter2!');
    await times(50, () => logIn(username, 'wrong', '203.0.113.1'));
    expect(await logIn(username, 'hunter2!')).toBe('in');
  });
});

describe('a login that succeeds', () => {
  test('gives its own try back to the account, and keeps the failures, which may be those of a stranger who must not learn of it', async () => {
    const { addUser, logIn, times } = made({ account: '3/15m' });
    const { username } = await addUser('hunter2!');
    expect(await times(2, () => logIn(username, 'wrong'))).toEqual(['no_active_account', 'no_active_account']);
    expect(await times(5, () => logIn(username, 'hunter2!'))).toEqual(Array(5).fill('in'));
    expect(await times(2, () => logIn(username, 'wrong'))).toEqual(['no_active_account', 'throttled']);
  });

  test('gives its own try back to the address, and none of the failures: an attacker with one account gains nothing', async () => {
    const { addUser, logIn, times } = made({ address: '4/15m' });
    const { username } = await addUser('hunter2!');
    await times(3, (index) => logIn(`victim${index}`, 'wrong'));
    expect(await times(5, () => logIn(username, 'hunter2!'))).toEqual(Array(5).fill('in'));
    expect([await logIn('victim4', 'wrong'), await logIn('victim5', 'wrong')]).toEqual(['no_active_account', 'throttled']);
  });

  test('writes no counter if there were no failures', async () => {
    const { addUser, logIn, throttle } = made();
    const { username } = await addUser('hunter2!');
    const clear = vi.spyOn(throttle, 'clear');
    await logIn(username, 'hunter2!');
    expect(clear).not.toHaveBeenCalled();
  });
});

describe('a fault of the service is not counted', () => {
  test.for(['findByIdentifier', 'open'] as const)('if %s does not answer', async (part) => {
    const service = made({ account: '2/15m' });
    const { username } = await service.addUser('hunter2!');
    const broken = async () => Promise.reject(new Error('no table'));
    const { users, needs } = service;
    const kept = part === 'open' ? needs.open : users.findByIdentifier;
    const put = (way: unknown) => Object.assign(part === 'open' ? needs : users, { [part]: way });
    put(broken);
    expect(await service.times(5, () => service.logIn(username, 'hunter2!'))).toEqual(Array(5).fill('fault'));
    put(kept);
    expect(await service.logIn(username, 'wrong')).toBe('no_active_account');
    expect(await service.logIn(username, 'hunter2!')).toBe('in');
  });

  test('and a limit that cannot be read refuses the login', async () => {
    const service = made();
    const { username } = await service.addUser('hunter2!');
    const opened = vi.fn(service.needs.open);
    service.needs.open = opened;
    service.throttle.spend = async () => Promise.reject(new Error('no table'));
    const hash = vi.spyOn(bcrypt, 'hash');
    expect(await service.logIn(username, 'hunter2!')).toBe('fault');
    expect(opened).not.toHaveBeenCalled();
    expect(hash).not.toHaveBeenCalled();
  });
});
