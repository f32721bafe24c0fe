import type { PasswordStore } from '#lib/users/password-store.ts';
import { type MemoryTables, memoryTables, sessionKey, travel } from './memory-tables.ts';

/** Passwords, changed in the maps of the other stores. */
export function memoryPasswordStore({ users, sessions, blacklist, events, messages }: MemoryTables = memoryTables()): PasswordStore {
  return {
    async change({ user: { id, password, tokenEpoch }, hash, session, event, news = [] }) {
      await travel();
      const user = users.get(id);
      if (!user || user.password !== password || user.tokenEpoch !== tokenEpoch) return 'changed-meanwhile';
      if (session) {
        const { found, next } = session;
        const row = sessions.get(sessionKey(found));
        if (row?.generation !== found.generation || row.jti !== found.jti) return 'changed-meanwhile';
        if (found.sid !== next.sid) {
          sessions.delete(sessionKey(found));
          blacklist.set(found.sid, found.endsAt + 300);
        }
        sessions.set(sessionKey(next), next);
      }
      users.set(id, { ...user, password: hash, tokenEpoch: tokenEpoch + 1 });
      events.push(event);
      messages.push(...news);
      return 'changed';
    },
  };
}
