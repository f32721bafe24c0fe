import { describe, expect, test } from 'vitest';
import { endless } from '#lib/caller/caller.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { parseRate, type Rate } from '#lib/rate.ts';
import { basic } from '#lib/sign-in/basic.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { logged, quietly } from '../logged.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { client, madeService } from '../users/made-service.ts';

const rate = (text: string) => parseRate(text) as Rate;
const limits = { account: rate('3/15m'), address: rate('100/15m'), global: rate('1000/1m') };
const made = (hooks: Hooks = {}) => {
  const service = madeService();
  const needs = { ...service, limits, region: 'CN', passwords: madePasswords(), hooks: loginHooks({ CHECK_USER_IS_ACTIVE: true }, hooks) };
  const send = (text: string) => quietly(() => basic(needs)(text, client));
  const ask = (name: string, password: string) => send(Buffer.from(`${name}:${password}`).toString('base64'));
  return { ...service, needs, send, ask };
};
const refused = { code: 'no_active_account', detail: 'no_active_account_detail' };

describe('an identifier and a password in a header (HTTP Basic)', () => {
  test('authenticate the user with the current roles and without a session', async () => {
    const { ask, addUser } = made();
    const user = await addUser('密:码: ', { username: 'Zoë', mobile: '+8613800138000', roles: ['editor'] });
    for (const name of ['Zoë', user.email, '13800138000'])
      expect(await ask(name, '密:码: ')).toEqual({
        sub: user.id,
        jti: expect.stringMatching(/./),
        roles: ['editor'],
        epoch: user.tokenEpoch, // a cached answer of before a change of the password is refused (lib/users/still-there.ts)
        exp: endless,
        isByPassword: true,
      });
  });

  test('get the same refusal if the user is unknown or inactive or the password is wrong', async () => {
    const { ask, addUser } = made();
    const [active, inactive] = [await addUser('hunter2!'), await addUser('hunter2!', { isActive: false })];
    expect(await ask(active.username, 'wrong')).toEqual(refused);
    expect(await ask(inactive.username, 'hunter2!')).toEqual(refused);
    expect(await ask('nobody.at.all', 'hunter2!')).toEqual(refused);
  });

  test('follow the rule of hooks.ts, which is told of failures only', async () => {
    const heard: string[] = [];
    const { ask, addUser } = made({
      USER_AUTHENTICATION_RULE: ({ username }) => username !== 'mallory',
      ON_LOGIN_SUCCESS: () => heard.push('success'),
      ON_LOGIN_FAILED: ({ identifier, password }) => heard.push(`${identifier} ${password}`),
    });
    await addUser('hunter2!', { username: 'mallory' });
    await addUser('hunter2!', { username: 'alice', isActive: false });
    expect(await ask('mallory', 'hunter2!')).toEqual(refused);
    expect(await ask('alice', 'hunter2!')).toHaveProperty('sub');
    expect(heard).toEqual([`mallory ${'*'.repeat(20)}`]);
  });

  test('count as a try, which is given back if they are right; earlier failures stay counted', async () => {
    const { ask, addUser, tables } = made();
    const { username } = await addUser('hunter2!');
    for (let count = 0; count < 5; count += 1) expect(await ask(username, 'hunter2!')).toHaveProperty('sub');
    expect([...tables.counters.values()].every((count) => count === 0)).toBe(true);
    for (const _ of [1, 2]) expect(await ask(username, 'wrong')).toEqual(refused);
    expect(await ask(username, 'hunter2!')).toHaveProperty('sub');
    expect(await ask(username, 'wrong')).toEqual(refused);
    expect(await ask(username, 'hunter2!')).toEqual({ code: 'throttled', detail: 'throttled_detail', retryAfterSeconds: 1200 });
  });

  test('authenticate the user even if the count cannot be given back', async () => {
    const { needs, addUser } = made();
    const { username } = await addUser('hunter2!');
    const throttle = { ...needs.throttle, giveBack: () => Promise.reject(new Error('no table')) };
    const lines = await logged(async () => {
      const text = Buffer.from(`${username}:hunter2!`).toString('base64');
      expect(await basic({ ...needs, throttle })(text, client)).toHaveProperty('sub');
    });
    expect(lines).toMatchObject([{ event: 'count_not_given_back' }]);
  });

  test('authenticate no one and count no try if a table does not answer', async () => {
    const { needs, addUser, tables } = made();
    const { username } = await addUser('hunter2!');
    const users = { ...needs.users, get: () => Promise.reject(new Error('no table')) };
    const asking = basic({ ...needs, users })(Buffer.from(`${username}:hunter2!`).toString('base64'), client);
    await expect(asking).rejects.toThrow('no table');
    expect([...tables.counters.values()].every((count) => count === 0)).toBe(true);
  });

  test.for(['', 'YQ==', 'OnBhc3M=', 'YTpi ', 'YTpi\n', 'YTp', 'YTpiYw', 'YTpiYx==', 'YTr/', 'YTpiCg==', 'AGE6Yg==', '====', '%3A'])(
    'are refused without being counted where they cannot be read: %j',
    async (text) => {
      const { send, tables } = made();
      expect(await send(text)).toEqual({ code: 'bad_authorization_header', detail: 'bad_basic_header_detail' });
      expect(tables.counters.size).toBe(0);
    },
  );
});
