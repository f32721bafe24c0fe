import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { fields } from '#lib/hooks/fields.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { openingHooks } from '#lib/sessions/opening-rules.ts';
import { refreshHooks } from '#lib/sessions/refresh-hooks.ts';
import { quietly } from '../logged.ts';
import { madeSettings } from '../made-settings.ts';
import { rules } from '../tokens/made-token.ts';
import { claimsOf, madeSignIn } from './made-sign-in.ts';

const trouble = { at: '' };
const failing = (name: string) => {
  if (trouble.at === name) throw new Error(`${name} is down`);
};
const hooks: Hooks = {
  CLAIMS: fields({ money: v.number(), posts: v.pipe(v.array(v.picklist(['editor', 'teller'])), v.maxLength(2)) }, async ({ user }) => {
    failing('CLAIMS');
    return { money: 5, posts: user.roles as 'editor'[] };
  }),
  LOGIN_ANSWER: fields({ cart_total: v.number() }, ({ client }) => {
    failing('LOGIN_ANSWER');
    return { cart_total: client.device.length };
  }),
  TOKEN_REFRESH_SERIALIZER: fields({ again: v.string() }, ({ user }) => {
    failing('TOKEN_REFRESH_SERIALIZER');
    return { again: user.username };
  }),
  USER_AUTHENTICATION_RULE: async ({ roles }) => {
    failing('USER_AUTHENTICATION_RULE');
    return roles.includes('editor');
  },
};

async function madeHooked(given: Record<string, string> = {}, graceSeconds = 0) {
  trouble.at = '';
  const settings = madeSettings(given);
  const { personal, addition: onOpening } = openingHooks(settings, hooks, 'LOGIN_ANSWER');
  const { addition, ...refreshing } = refreshHooks(settings, hooks);
  const service = await madeSignIn({ graceSeconds, more: { ...refreshing, personal, addition: onOpening } });
  const refreshed = async (text: string) => {
    const before = service.needs.addition;
    Object.assign(service.needs, { addition });
    return await service.refresh(text).finally(() => Object.assign(service.needs, { addition: before }));
  };
  return { ...service, refreshed };
}

describe('a session with hooks', () => {
  test('is opened with the claims in its access token, and the added fields in the answer', async () => {
    const { first, user } = await madeHooked();
    expect(claimsOf(first.access)).toMatchObject({ user_id: user.id, money: 5, posts: ['editor'] });
    expect(claimsOf(first.refresh)).not.toHaveProperty('money');
    expect(first.added).toEqual({ cart_total: 'a telephone'.length });
  });

  test('gets new claims at a refresh', async () => {
    const { first, refreshed, tables, user } = await madeHooked();
    tables.users.set(user.id, { ...user, roles: ['teller', 'editor'] });
    const next = await refreshed(first.refresh);
    expect(claimsOf(next.access)).toMatchObject({ posts: ['teller', 'editor'], roles: ['teller', 'editor'] });
    expect(next.added).toEqual({ again: user.username });
  });

  test.for(['CLAIMS', 'LOGIN_ANSWER'])('is not opened if %s fails', async (name) => {
    const { elsewhere, tables } = await madeHooked();
    trouble.at = name;
    await quietly(() => expect(elsewhere()).rejects.toThrow(`${name} is down`));
    expect(tables.sessions.size).toBe(1);
  });

  test.for(['CLAIMS', 'TOKEN_REFRESH_SERIALIZER', 'USER_AUTHENTICATION_RULE'])('stays as it was if %s fails at a refresh', async (name) => {
    const { first, refreshed, session } = await madeHooked();
    trouble.at = name;
    await expect(refreshed(first.refresh)).rejects.toThrow(`${name} is down`);
    expect(session()?.generation).toBe(0);
    trouble.at = '';
    expect(claimsOf((await refreshed(first.refresh)).refresh)).toMatchObject({ generation: 1 });
  });

  test('does not rotate if the rule refuses the user', async () => {
    const { first, refreshed, tables, user, session } = await madeHooked();
    tables.users.set(user.id, { ...user, roles: [] });
    await expect(refreshed(first.refresh)).rejects.toMatchObject({ code: 'no_active_account' });
    expect(session()?.generation).toBe(0);
    tables.users.set(user.id, { ...user, isActive: false });
    await expect(refreshed(first.refresh)).resolves.toBeDefined();
  });

  test('rotates once for fiftyAtOnce refreshes at once', async () => {
    const { first, refreshed, session } = await madeHooked({}, 30);
    const pairs = await Promise.all(Array.from({ length: 50 }, () => refreshed(first.refresh)));
    expect(session()?.generation).toBe(1);
    expect(new Set(pairs.map(({ refresh }) => claimsOf(refresh)['jti'])).size).toBe(1);
    for (const { access } of pairs) expect(claimsOf(access)).toMatchObject({ money: 5 });
  });
});

test('a refresh without hooks does not wait for them', () => {
  expect(refreshHooks(madeSettings(), {}).asksHooksFirst).toBe(false);
  for (const name of ['CLAIMS', 'TOKEN_REFRESH_SERIALIZER', 'USER_AUTHENTICATION_RULE'] as const)
    expect(refreshHooks(madeSettings(), { [name]: hooks[name] } as Hooks).asksHooksFirst).toBe(true);
  expect(refreshHooks(madeSettings(), { ON_LOGIN_SUCCESS: () => 1 }).asksHooksFirst).toBe(false);
});

test('tokens have the name of their user if the stage asks for it', async () => {
  const settings = madeSettings({ USER_ID_FIELD: 'email' });
  const named = { ...rules, names: { ...rules.names, userField: 'email' } as const };
  const opening = openingHooks(settings, {}, 'LOGIN_ANSWER');
  const personal: typeof opening.personal = (user) => opening.personal({ ...user, isEmailVerified: true });
  const { first, user, holds } = await madeSignIn({ more: { rules: named, personal } });
  for (const token of [first.access, first.refresh]) expect(claimsOf(token)).toMatchObject({ user_id: user.email, sub: user.id });
  expect(await holds(first.access)).toBe(true);
});
