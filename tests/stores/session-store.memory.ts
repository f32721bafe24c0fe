import { epochSeconds } from '#lib/duration.ts';
import { isOver } from '#lib/sessions/session.ts';
import { sessionOpened } from '#lib/sessions/session-opened.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import { type MemoryTables, memoryTables, sessionKey, travel } from './memory-tables.ts';

/** Sessions in a map. */
export function memorySessionStore(
  { users, sessions, blacklist, openings, events, messages }: MemoryTables = memoryTables(),
): SessionStore {
  return {
    async add(session, notice) {
      await travel();
      if (sessions.has(sessionKey(session))) throw new Error('a session is opened twice');
      sessions.set(sessionKey(session), session);
      openings.push(sessionOpened(session));
      if (notice) messages.push(notice);
    },

    async get(key) {
      await travel();
      return sessions.get(sessionKey(key));
    },

    async adopt(session, spent) {
      await travel();
      const found = sessions.get(sessionKey(session));
      if (found || (spent && blacklist.has(spent.jti))) return { found };
      sessions.set(sessionKey(session), session);
      if (spent) blacklist.set(spent.jti, spent.until + 300);
      openings.push(sessionOpened(session));
      return 'adopted';
    },

    async spend({ jti, until }) {
      await travel();
      if (blacklist.has(jti)) return 'already';
      blacklist.set(jti, until + 300);
      return 'spent';
    },

    async rotate({ userId, sid, generation, parent, jti, requestId, by, now }) {
      await travel();
      const found = sessions.get(sessionKey({ userId, sid }));
      if (!found || found.generation !== generation || isOver(found, now)) return { found };
      const rotation = { generation: generation + 1, parent, jti, requestId, rotatedBy: by, rotatedAtMs: now.getTime() };
      const rotated = { ...found, ...rotation, expiresAt: epochSeconds(now) + found.idleSeconds };
      sessions.set(sessionKey(rotated), rotated);
      return { rotated };
    },

    async renew({ jti, expiresAt, now, ...key }) {
      await travel();
      const found = sessions.get(sessionKey(key));
      if (!found || found.jti !== jti || isOver(found, now)) return undefined;
      if (found.expiresAt > expiresAt) return found;
      const renewed = { ...found, expiresAt, rotatedAtMs: now.getTime() };
      sessions.set(sessionKey(renewed), renewed);
      return renewed;
    },

    async end(session, event, notice) {
      await travel();
      if (!sessions.delete(sessionKey(session))) return 'absent';
      blacklist.set(session.sid, session.endsAt + 300);
      events.push(event);
      if (notice) messages.push(notice);
      return 'ended';
    },

    async list(userId, most) {
      await travel();
      return [...sessions.values()].filter((session) => session.userId === userId).slice(0, most);
    },

    async endAll(userId, event, notice) {
      await travel();
      const user = users.get(userId);
      if (!user) return 'absent';
      users.set(userId, { ...user, tokenEpoch: user.tokenEpoch + 1 });
      events.push(event);
      if (notice) messages.push(notice);
      return 'ended';
    },

    async clearAway(userId, until) {
      await travel();
      for (const session of [...sessions.values()].filter((each) => each.userId === userId)) {
        const second = epochSeconds(until);
        const isOfThen = session.openedAt === second && session.rotatedAtMs <= until.getTime();
        if (session.openedAt < second || isOfThen) sessions.delete(sessionKey(session));
      }
    },

    async remove(gone) {
      await travel();
      for (const key of gone) sessions.delete(sessionKey(key));
    },
  };
}
