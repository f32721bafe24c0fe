import { describe, expect, test } from 'vitest';
import { newPictureName } from '#lib/avatars/picture-name.ts';
import { clearAway } from '#lib/users/clear-away.ts';
import { memoryApiTokenStore } from '../../stores/api-token-store.memory.ts';
import { memoryTables, sessionKey } from '../../stores/memory-tables.ts';
import { memorySessionStore } from '../../stores/session-store.memory.ts';
import { madeApiToken } from '../api-tokens/made-api-token.ts';
import { album } from '../avatars/album.ts';
import { madeSession, noon } from '../sessions/made-session.ts';

const picture = newPictureName();

/** Somebody who was deleted at noon, with everything that was theirs still there. */
async function service() {
  const tables = memoryTables();
  const { needs, stored, rows } = album();
  await needs.pictures.put(picture, new Uint8Array([1]), 'gone');
  const session = madeSession({ userId: 'gone' });
  tables.sessions.set(sessionKey(session), session);
  const { token } = madeApiToken({ userId: 'gone' });
  tables.apiTokens.set('gone 00', token);
  const all = {
    pictures: needs.pictures,
    users: needs.users,
    sessions: memorySessionStore(tables),
    apiTokens: memoryApiTokenStore(tables),
  };
  const left = () => ({ pictures: stored().length, sessions: tables.sessions.size, tokens: tables.apiTokens.size });
  return { needs: all, left, rows };
}
const event = { userId: 'gone', picture, at: noon };
const nothing = { pictures: 0, sessions: 0, tokens: 0 };

describe('the clean-up after a deleted user', () => {
  test('deletes everything, and may be repeated', async () => {
    const { needs, left } = await service();
    for (let time = 0; time < 3; time += 1) await clearAway(needs, event);
    expect(left()).toEqual(nothing);
  });

  test('does the other steps if one fails, and the rest when it is repeated', async () => {
    for (const [step, rest] of [
      ['pictures', { ...nothing, pictures: 1 }],
      ['sessions', { ...nothing, sessions: 1 }],
      ['apiTokens', { ...nothing, tokens: 1 }],
      ['users', { ...nothing, pictures: 1 }],
    ] as const) {
      const { needs, left } = await service();
      const failing = () => Promise.reject(new Error('not now'));
      const broken = { ...needs, [step]: { remove: failing, clearAway: failing, avatarsOf: failing } };
      await expect(clearAway(broken, event)).rejects.toThrow('not now');
      expect(left()).toEqual(rest);
      await clearAway(needs, event);
      expect(left()).toEqual(nothing);
    }
  });

  test('keeps the picture of a later user with the same id and picture', async () => {
    const { needs, left, rows } = await service();
    rows.set('gone', picture);
    await clearAway(needs, event);
    expect(left().pictures).toBe(1);
    rows.set('gone', newPictureName());
    await clearAway(needs, event);
    expect(left().pictures).toBe(0);
  });

  test('ignores an event whose picture name is not a picture name', async () => {
    const { needs, left } = await service();
    await expect(clearAway(needs, { ...event, picture: '../users' })).rejects.toThrow('cannot be one');
    expect(left()).toEqual({ ...nothing, pictures: 1 });
  });
});
