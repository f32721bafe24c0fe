import { epochSeconds } from '#lib/duration.ts';
import { isOver } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import { type MemoryTables, memoryTables, sessionKey, travel } from './memory-tables.ts';

/** Sessions in a map. */
export function memorySessionStore({ sessions, blacklist, events }: MemoryTables = memoryTables()): SessionStore {
  return {
    async add(session) {
      await travel();
      if (sessions.has(sessionKey(session))) throw new Error('a session is opened twice');
      sessions.set(sessionKey(session), session);
    },

    async get(key) {
      await travel();
      return sessions.get(sessionKey(key));
    },

    async rotate({ userId, sid, generation, jti, requestId, now }) {
      await travel();
      const found = sessions.get(sessionKey({ userId, sid }));
      if (!found || found.generation !== generation || isOver(found, now)) return { found };
      const rotation = { generation: generation + 1, jti, requestId, rotatedAtMs: now.getTime() };
      const rotated = { ...found, ...rotation, expiresAt: epochSeconds(now) + found.idleSeconds };
      sessions.set(sessionKey(rotated), rotated);
      return { rotated };
    },

    async end(session, event) {
      await travel();
      if (!sessions.delete(sessionKey(session))) return;
      blacklist.set(session.sid, session.endsAt + 300);
      events.push(event);
    },
  };
}
