import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { placeOf } from '#lib/api-tokens/api-token.ts';
import { createApiToken } from '#lib/api-tokens/create-api-token.ts';
import { listApiTokens } from '#lib/api-tokens/list-api-tokens.ts';
import { revokeApiToken } from '#lib/api-tokens/revoke-api-token.ts';
import { readTokenText } from '#lib/api-tokens/token-text.ts';
import { epochSeconds } from '#lib/duration.ts';
import { memoryApiTokenStore } from '../../stores/api-token-store.memory.ts';
import { noon } from '../sessions/made-session.ts';
import { rules } from '../tokens/made-token.ts';
import { madeService } from '../users/made-service.ts';
import { madeApiToken } from './made-api-token.ts';

const made = async (given: { most?: number; longestSeconds?: number } = {}) => {
  const service = madeService();
  const user = await service.addUser('hunter2!');
  const tokens = memoryApiTokenStore(service.tables);
  const needs = { ...service, rules, tokens, most: 5, longestSeconds: 0, pickBelow: randomInt, ...given };
  const create = (wish = {}, account: { id: string; tokenEpoch: number } = user) => createApiToken(needs, account, wish);
  return { service, user, needs, tokens, create, list: () => listApiTokens(needs, { sub: user.id }) };
};

describe('a new API token', () => {
  test('is listed by its name, newest first, and its text is shown only once', async () => {
    const { create, list, service } = await made();
    const first = await create({ name: 'first' });
    service.pass(1);
    const second = await create({ expires_in: 60 });
    expect(await list()).toEqual([second.token, first.token]);
    expect(first.token).toMatchObject({ name: 'first', createdAt: epochSeconds(noon) });
    expect(second.token).toMatchObject({ name: '', expiresAt: epochSeconds(noon) + 61 });
    expect(first.token).not.toHaveProperty('expiresAt');
    expect(readTokenText(first.text)).toEqual({ userId: first.token.userId, id: first.token.id, hash: first.token.hash });
    expect(service.tables.events.map(({ type }) => type)).toEqual(['user_registered', 'api_token_created', 'api_token_created']);
  });

  test('takes the free place that is picked', async () => {
    const { needs, user } = await made({ most: 3 });
    const placeTaken = async (picked: number) => placeOf((await createApiToken({ ...needs, pickBelow: () => picked }, user, {})).token);
    expect([await placeTaken(1), await placeTaken(1), await placeTaken(0)]).toEqual(['01', '02', '00']);
  });

  test('takes a place of its own, of fifty at once as many as there are places', async () => {
    const { create, tokens, user } = await made({ most: 20 });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => create()));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['too_many_api_tokens']));
    expect(refused).toHaveLength(30);
    const held = await tokens.list(user.id);
    expect(new Set(held.map(placeOf)).size).toBe(20);
  });

  test('can take the place of one that is revoked, expired or of an earlier epoch', async () => {
    const { create, needs, service, user } = await made({ most: 1 });
    const { token } = await create({ expires_in: 60 });
    await expect(create()).rejects.toMatchObject({ code: 'too_many_api_tokens', status: 409 });
    await revokeApiToken(needs, token);
    await create({ expires_in: 60 });
    service.pass(60);
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'too_many_api_tokens' });
    await create({}, { ...user, tokenEpoch: 1 });
  });

  test('is refused if the user has more than are allowed now, even if a place is free', async () => {
    const { create, needs, user } = await made({ most: 3 });
    const three = [await create(), await create(), await create()];
    const first = three.find(({ token }) => placeOf(token) === '00');
    await revokeApiToken(needs, first?.token ?? { userId: '', id: '' });
    await expect(createApiToken({ ...needs, most: 2 }, user, {})).rejects.toMatchObject({ code: 'too_many_api_tokens' });
    await create();
  });

  test('lives as long as allowed by default, and is refused if more is asked for', async () => {
    const { create } = await made({ longestSeconds: 3600 });
    expect((await create()).token.expiresAt).toBe(epochSeconds(noon) + 3600);
    expect((await create({ expires_in: 3600 })).token.expiresAt).toBe(epochSeconds(noon) + 3600);
    await expect(create({ expires_in: 3601 })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('is a 503 if every try fails', async () => {
    const { create, needs } = await made();
    needs.tokens.add = async () => 'busy';
    await expect(create()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('the list', () => {
  test('leaves out tokens that cannot be used any more', async () => {
    const { create, list, service, user, tokens } = await made();
    await create({ expires_in: 60 });
    service.tables.users.set(user.id, { ...user, tokenEpoch: 1 });
    expect([await list(), await tokens.list(user.id)]).toEqual([[], [expect.anything()]]);
    service.tables.users.set(user.id, user);
    service.pass(60);
    expect(await list()).toEqual([]);
  });

  test('is refused if the user is gone, inactive or of another epoch since the authorizer checked', async () => {
    const { needs, service, user } = await made();
    await expect(listApiTokens(needs, { sub: 'nobody' })).rejects.toMatchObject({ code: 'user_not_found' });
    await expect(listApiTokens(needs, { sub: user.id, epoch: 7 })).rejects.toMatchObject({ code: 'token_not_valid' });
    service.tables.users.set(user.id, { ...user, isActive: false });
    await expect(listApiTokens(needs, { sub: user.id })).rejects.toMatchObject({ code: 'user_inactive' });
  });
});

describe('revoking', () => {
  test('is refused for an unknown id, another user’s token, or an invalid id', async () => {
    const { needs, user, create } = await made();
    const { token } = await create();
    for (const key of [
      { userId: user.id, id: madeApiToken().token.id },
      { userId: 'somebody else', id: token.id },
      { userId: user.id, id: token.id.toUpperCase() },
      { userId: user.id, id: `${token.id}\n` },
      { userId: user.id, id: '' },
    ])
      await expect(revokeApiToken(needs, key)).rejects.toMatchObject({ code: 'not_found' });
    expect(await needs.tokens.list(user.id)).toEqual([token]);
  });

  test('is a 503 if other writes are in the way', async () => {
    const { needs } = await made();
    needs.tokens.remove = async () => 'busy';
    await expect(revokeApiToken(needs, madeApiToken().token)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
