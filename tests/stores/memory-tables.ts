import { setImmediate as turn } from 'node:timers/promises';
import type { ApiToken } from '#lib/api-tokens/api-token.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Session } from '#lib/sessions/session.ts';
import type { User } from '#lib/users/user.ts';

/** What the memory stores keep; a test may read and fill it. */
export type MemoryTables = {
  readonly users: Map<string, User>;
  /** The owners of names. */
  readonly identifiers: Map<string, string>;
  readonly sessions: Map<string, Session>;
  /** Until when an id is on the blacklist, in seconds since 1970. */
  readonly blacklist: Map<string, number>;
  /** By user and place. */
  readonly apiTokens: Map<string, ApiToken>;
  readonly counters: Map<string, number>;
  /** The events of sessions that began, apart from the others: nearly every test begins with one. */
  readonly openings: Event[];
  readonly events: Event[];
  readonly messages: Message[];
};

export function memoryTables(): MemoryTables {
  return {
    users: new Map(),
    identifiers: new Map(),
    sessions: new Map(),
    blacklist: new Map(),
    apiTokens: new Map(),
    counters: new Map(),
    openings: [],
    events: [],
    messages: [],
  };
}

/** Lets all other callers run first, as a network does. What follows in a store is one step, as one write is. */
export async function travel(): Promise<void> {
  await turn();
}

/** The key of a session in its map. */
export const sessionKey = ({ userId, sid }: { userId: string; sid: string }) => `${userId} ${sid}`;

/** The events without forks, which end no session. */
export const endingsOf = ({ events }: Pick<MemoryTables, 'events'>) => events.filter(({ type }) => type !== 'session_forked');
