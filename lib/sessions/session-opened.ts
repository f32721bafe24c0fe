import type { Event } from '#lib/outbox/event.ts';
import type { Session } from './session.ts';

/** The event of a session that begins. It has the session's id, so a retried write is the same event. */
export function sessionOpened({ sid, userId, rotatedAtMs }: Pick<Session, 'sid' | 'userId' | 'rotatedAtMs'>): Event {
  return { id: sid, type: 'session_opened', userId, actorId: userId, about: sid, at: new Date(rotatedAtMs) };
}
