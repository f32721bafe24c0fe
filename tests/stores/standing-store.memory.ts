import { epochSeconds } from '#lib/duration.ts';
import { isOver } from '#lib/sessions/session.ts';
import type { StandingStore } from '#lib/tokens/standing-store.ts';
import { type MemoryTables, memoryTables, sessionKey, travel } from './memory-tables.ts';

/** Standings, read from the maps of the other stores. */
export function memoryStandingStore({ users, sessions, blacklist }: MemoryTables = memoryTables()): StandingStore {
  return {
    async standingOf({ user_id: userId, sid, jti, token_type }, now) {
      await travel();
      const user = users.get(userId);
      const session = token_type === 'refresh' && sid ? sessions.get(sessionKey({ userId, sid })) : undefined;
      return {
        user,
        isBlacklisted: [jti, sid].some((id) => (blacklist.get(id ?? jti) ?? 0) > epochSeconds(now)),
        generation: session && !isOver(session, now) ? session.generation : undefined,
      };
    },
  };
}
