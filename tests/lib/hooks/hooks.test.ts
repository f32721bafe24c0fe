import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { callHook, tellHook } from '#lib/hooks/call-hook.ts';
import { fields, fill, withFields } from '#lib/hooks/fields.ts';
import type { Hooks, HookUser } from '#lib/hooks/hooks.ts';
import { loginHooks } from '#lib/sign-in/login-hooks.ts';
import { logged, quietly } from '../logged.ts';
import { client } from '../users/made-service.ts';
import { madeUser } from '../users/made-user.ts';

const never = () => new Promise<never>(() => undefined);
const fails = async () => Promise.reject(new Error('no such table'));

describe('a hook', () => {
  test('is awaited, up to its time limit', async () => {
    expect(await callHook('CLAIMS', async () => 5)).toBe(5);
    await quietly(() =>
      expect(callHook('CLAIMS', never, 20)).rejects.toMatchObject({ code: 'unavailable', options: { retryAfterSeconds: 2 } }),
    );
  });

  test('that fails is named in the log, and its error is thrown', async () => {
    const lines = await logged(() => expect(callHook('CLAIMS', fails)).rejects.toThrow('no such table'));
    expect(lines).toEqual([expect.objectContaining({ level: 'error', event: 'hook_failed', hook: 'CLAIMS', message: 'no such table' })]);
  });

  test('that throws at once fails in the same way', async () => {
    const broken = () => {
      throw new TypeError('x is undefined');
    };
    await quietly(() => expect(callHook('CLAIMS', broken)).rejects.toThrow('x is undefined'));
  });

  test('that is only notified may fail or hang', async () => {
    const lines = await logged(() => Promise.all([tellHook('ON_LOGIN_SUCCESS', fails), tellHook('ON_LOGIN_FAILED', never, 20)]));
    expect(lines.map(({ hook }) => hook).toSorted()).toEqual(['ON_LOGIN_FAILED', 'ON_LOGIN_SUCCESS']);
  });
});

describe('the fields of a hook', () => {
  const hook = fields({ money: v.number() }, ({ given }: { given: unknown }) => given as { money: number });

  test('are those that its schema names', async () => {
    expect((await fill('CLAIMS', hook, { given: { money: 5, is_superuser: true } })).checked).toEqual({ money: 5 });
    expect(await fill('CLAIMS', undefined, {})).toEqual({ given: {}, checked: {} });
  });

  test('that do not fit are reported by their place, not by their value', async () => {
    await expect(fill('CLAIMS', hook, { given: { money: 'hunter2' } })).rejects.toThrow(/^CLAIMS does not fit its schema at money$/);
    await expect(fill('CLAIMS', hook, { given: undefined })).rejects.toThrow(/at its root$/);
  });

  test('never replace ours in an answer', () => {
    const schema = withFields(
      { access: v.string() },
      fields({ access: v.number(), more: v.number() }, () => ({ access: 1, more: 1 })),
    );
    expect(v.parse(schema, { access: 'a', more: 2, other: 3 })).toEqual({ access: 'a', more: 2 });
  });
});

describe('the hooks of a login', () => {
  const asked: unknown[] = [];
  const hooks = (given: Hooks) => loginHooks({ CHECK_USER_IS_ACTIVE: true }, given);
  const inactive = madeUser({ isActive: false });

  test('let active users in, and all users if CHECK_USER_IS_ACTIVE is off', async () => {
    expect([await hooks({}).mayEnter(madeUser()), await hooks({}).mayEnter(inactive)]).toEqual([true, false]);
    expect(await loginHooks({ CHECK_USER_IS_ACTIVE: false }, {}).mayEnter(inactive)).toBe(true);
  });

  test('let in the users that the rule accepts, and no others', async () => {
    const rule = (user: HookUser) => {
      asked.push(user);
      return user.id === inactive.id;
    };
    expect([
      await hooks({ USER_AUTHENTICATION_RULE: rule }).mayEnter(inactive),
      await hooks({ USER_AUTHENTICATION_RULE: rule }).mayEnter(madeUser()),
    ]).toEqual([true, false]);
    expect(await hooks({ USER_AUTHENTICATION_RULE: (() => 'yes') as never }).mayEnter(inactive)).toBe(false);
  });

  test('see neither a password nor its hash', async () => {
    const { succeeded, failed } = hooks({
      ON_LOGIN_SUCCESS: (...told) => asked.push(told),
      ON_LOGIN_FAILED: (...told) => asked.push(told),
    });
    await succeeded(inactive, client);
    await failed('ada', client);
    expect(asked).toContainEqual([{ identifier: 'ada', password: '********************' }, client]);
    expect(JSON.stringify(asked)).not.toContain(inactive.password);
  });
});
