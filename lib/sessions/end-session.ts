import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Message } from '#lib/messages/message.ts';
import { Problem } from '#lib/problem.ts';
import type { SessionKey, SessionStore } from './session-store.ts';

/** What it takes to end a session. */
export type Ending = {
  readonly sessions: Pick<SessionStore, 'end'>;
  readonly lifetimes: { readonly sessionSeconds: number };
  readonly now: () => Date;
};

/**
 * Ends a session and voids its access tokens, by its key alone, in one write without a read. Its `sid` stays on the
 * blacklist for as long as a session opened now could live; no token is accepted for longer.
 */
export async function endSession(
  { sessions, lifetimes, now }: Ending,
  { userId, sid }: SessionKey,
  notice?: Message,
): Promise<'ended' | 'absent'> {
  const at = now();
  const endsAt = epochSeconds(at) + lifetimes.sessionSeconds;
  return await sessions.end({ userId, sid, endsAt }, { id: uuidv7(at), type: 'session_ended', userId, about: sid, at }, notice);
}

const sessionId = /^[0-9a-f]{32}$/;

/**
 * Ends one session of a user, which may be the caller's own. Throws `not_found` if the user has no such session or
 * it has ended already: a client that repeats a request whose answer was lost may read that as success.
 */
export async function endOneSession(needs: Ending, key: SessionKey, notice?: Message): Promise<void> {
  if (!sessionId.test(key.sid) || (await endSession(needs, key, notice)) === 'absent')
    throw new Problem('not_found', { reason: 'no such session' });
}
