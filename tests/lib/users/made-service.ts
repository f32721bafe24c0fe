import { watchFailures } from '#lib/sign-in/watch-failures.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import type { User } from '#lib/users/user.ts';
import { memoryCounterStore } from '../../stores/counter-store.memory.ts';
import { memoryEventStore } from '../../stores/event-store.memory.ts';
import { memoryTables } from '../../stores/memory-tables.ts';
import { memorySessionStore } from '../../stores/session-store.memory.ts';
import { memoryStandingStore } from '../../stores/standing-store.memory.ts';
import { memoryUserStore } from '../../stores/user-store.memory.ts';
import { readOneSecret } from '../made-secrets.ts';
import { madePasswords } from '../passwords/made-passwords.ts';
import { noon } from '../sessions/made-session.ts';
import { madeUser, namesOf, registered } from './made-user.ts';

/** Everything a sign-in needs, in memory, with a clock that a test can turn. */
export function madeService() {
  const tables = memoryTables();
  const clock = { at: noon };
  const now = () => clock.at;
  const users = memoryUserStore(tables);
  const counters = memoryCounterStore(tables);
  const events = memoryEventStore(tables);
  const stage = 'test';

  return {
    tables,
    now,
    users,
    counters,
    lookupSecret: readOneSecret,
    events,
    recordFailure: watchFailures({ users, events, lookupSecret: readOneSecret, region: 'CN', stage, now }),
    sessions: memorySessionStore(tables),
    standing: memoryStandingStore(tables),
    throttle: throttle({ counters, lookupSecret: readOneSecret, now }),
    pass(seconds: number) {
      clock.at = new Date(clock.at.getTime() + seconds * 1000);
    },
    /** Somebody who signs in with this password. */
    async addUser(password: string, given: Partial<User> = {}, keeping = madePasswords()): Promise<User> {
      const user = madeUser({ password: await keeping.hash(password), ...given });
      await users.add(user, namesOf(user), registered(user));
      return user;
    },
  };
}

export const client = { address: '192.0.2.1', device: 'a telephone', requestId: 'request-1' };
