import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import type { SessionKey, SessionStore } from './session-store.ts';

export type Ending = {
  readonly sessions: Pick<SessionStore, 'end'>;
  readonly lifetimes: { readonly sessionSeconds: number };
  readonly now: () => Date;
};

/**
 * Ends a session of which only the name is known, its access tokens included, in one write and without a look at it first. It stays on
 * the blacklist for as long as a session opened this moment could live: none ends later, and no token is taken for longer.
 */
export async function endSession({ sessions, lifetimes, now }: Ending, { userId, sid }: SessionKey): Promise<'ended' | 'absent'> {
  const at = now();
  const endsAt = epochSeconds(at) + lifetimes.sessionSeconds;
  return await sessions.end({ userId, sid, endsAt }, { id: uuidv7(at), type: 'session_ended', userId, at });
}

const sessionId = /^[0-9a-f]{32}$/;

/**
 * Ends one of somebody's sessions, the one they are calling from as well. Throws `not_found` where there is none of that name, also
 * where it is another's, and where it has ended before: whoever repeats a request whose answer was lost may take that for a yes.
 */
export async function endOwnSession(needs: Ending, key: SessionKey): Promise<void> {
  if (!sessionId.test(key.sid) || (await endSession(needs, key)) === 'absent')
    throw new Problem('not_found', { reason: 'no such session' });
}
