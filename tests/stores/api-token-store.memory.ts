import { isExpired, placeOf } from '#lib/api-tokens/api-token.ts';
import type { ApiTokenStore } from '#lib/api-tokens/api-token-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import { type MemoryTables, memoryTables, travel } from './memory-tables.ts';

/** API tokens in a map. */
export function memoryApiTokenStore({ users, apiTokens, events }: MemoryTables = memoryTables()): ApiTokenStore {
  const placeKey = (token: { userId: string; id: string }) => `${token.userId} ${placeOf(token)}`;
  const get = (key: { userId: string; id: string }) => {
    const found = apiTokens.get(placeKey(key));
    return found?.id === key.id ? found : undefined;
  };
  return {
    async add(token, event, now) {
      await travel();
      const there = apiTokens.get(placeKey(token));
      if (there && there.epoch >= token.epoch && !isExpired(there, now)) return 'taken';
      apiTokens.set(placeKey(token), token);
      events.push(event);
      return 'added';
    },

    async standingOf(key) {
      await travel();
      const user = users.get(key.userId);
      return { token: get(key), user: user && { isActive: user.isActive, tokenEpoch: user.tokenEpoch, roles: user.roles } };
    },

    async list(userId) {
      await travel();
      return [...apiTokens.values()].filter((token) => token.userId === userId);
    },

    async remove(key, event) {
      await travel();
      if (!get(key)) return 'absent';
      apiTokens.delete(placeKey(key));
      events.push(event);
      return 'removed';
    },

    async clearAway(userId, until) {
      await travel();
      const gone = [...apiTokens.values()].filter((token) => token.userId === userId && token.createdAt <= epochSeconds(until));
      for (const token of gone) apiTokens.delete(placeKey(token));
    },

    async noteUse(key, at) {
      await travel();
      const found = get(key);
      if (found && (found.lastUsedAt ?? 0) < epochSeconds(at)) apiTokens.set(placeKey(key), { ...found, lastUsedAt: epochSeconds(at) });
    },
  };
}
