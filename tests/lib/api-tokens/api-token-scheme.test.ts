import { describe, expect, test } from 'vitest';
import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import { apiTokenScheme } from '#lib/api-tokens/api-token-scheme.ts';
import { endless } from '#lib/caller/caller.ts';
import { epochSeconds } from '#lib/duration.ts';
import { memoryApiTokenStore } from '../../stores/api-token-store.memory.ts';
import { logged, quietly } from '../logged.ts';
import { noon } from '../sessions/made-session.ts';
import { client, madeService } from '../users/made-service.ts';
import { madeApiToken } from './made-api-token.ts';

const at = epochSeconds(noon);
const made = async (given: Partial<ApiToken> = {}) => {
  const service = madeService();
  const user = await service.addUser('hunter2!', { roles: ['editor'] });
  const { token, text } = madeApiToken({ userId: user.id, ...given });
  const tokens = memoryApiTokenStore(service.tables);
  service.tables.apiTokens.set(`${token.userId} ${token.id.slice(0, 2)}`, token);
  const ask = (credentials = text, needs = tokens, isActiveChecked = true) =>
    quietly(() => apiTokenScheme({ tokens: needs, isActiveChecked, now: service.now })(credentials, client));
  return { service, user, token, text, tokens, ask };
};
const invalid = { code: 'token_not_valid', detail: 'token_invalid' };

describe('an API token', () => {
  test('is its user, with the current roles, without a session, until it expires', async () => {
    const { ask, user, token } = await made();
    expect(await ask()).toEqual({ sub: user.id, jti: token.id, roles: ['editor'], epoch: 0, exp: endless });
    const ending = await made({ expiresAt: at + 60 });
    expect(await ending.ask()).toMatchObject({ exp: at + 60 });
  });

  test('expires in the second of its end', async () => {
    const { ask, service } = await made({ expiresAt: at + 60 });
    service.pass(59);
    expect(await ask()).toHaveProperty('sub');
    service.pass(1);
    expect(await ask()).toEqual({ code: 'token_not_valid', detail: 'token_expired' });
  });

  test('of another epoch, or of a user who is suspended or gone, is refused with that reason', async () => {
    const { ask, service, user } = await made();
    service.tables.users.set(user.id, { ...user, isActive: false });
    expect(await ask()).toEqual({ code: 'user_inactive', detail: 'user_inactive' });
    expect(await ask(undefined, undefined, false)).toHaveProperty('sub'); // CHECK_USER_IS_ACTIVE=false
    service.tables.users.set(user.id, { ...user, tokenEpoch: 1 });
    expect(await ask()).toEqual({ code: 'token_not_valid', detail: 'token_blacklisted' });
    service.tables.users.delete(user.id);
    expect(await ask()).toEqual({ code: 'user_not_found', detail: 'user_not_found' });
  });

  test('with a wrong secret tells nothing about its user', async () => {
    const { ask, service, user, token } = await made();
    service.tables.users.set(user.id, { ...user, isActive: false });
    expect(await ask(madeApiToken({ userId: user.id, id: token.id }).text)).toEqual(invalid);
  });

  test('that is malformed is refused without a read', async () => {
    const { ask } = await made();
    const needs = { standingOf: () => Promise.reject(new Error('asked')), noteUse: async () => undefined };
    for (const text of ['', 'x', 'gth_', `gth_${'A'.repeat(100)}`]) expect(await ask(text, needs as never)).toEqual(invalid);
  });
});

describe('the use of an API token', () => {
  test('is recorded at first and then once an hour', async () => {
    const { ask, service, tokens, token } = await made();
    const noted = async () => (await tokens.list(token.userId))[0]?.lastUsedAt;
    await ask();
    expect(await noted()).toBe(at);
    service.pass(3599);
    await ask();
    expect(await noted()).toBe(at);
    service.pass(1);
    await ask();
    expect(await noted()).toBe(at + 3600);
  });

  test('is not recorded if it is refused', async () => {
    const { ask, tokens, token } = await made({ expiresAt: at });
    await ask();
    expect((await tokens.list(token.userId))[0]?.lastUsedAt).toBeUndefined();
  });

  test('is accepted even if it cannot be recorded, and the log says so', async () => {
    const { service, tokens, text } = await made();
    const needs = { ...tokens, noteUse: () => Promise.reject(new Error('no table')) };
    const lines = await logged(async () => {
      expect(await apiTokenScheme({ tokens: needs, isActiveChecked: true, now: service.now })(text, client)).toHaveProperty('sub');
    });
    expect(lines).toMatchObject([{ level: 'warn', event: 'use_not_noted' }]);
    expect(JSON.stringify(lines)).not.toContain(text);
  });
});
