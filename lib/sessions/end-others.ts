import { describeError, log } from '#lib/log.ts';
import type { Message } from '#lib/messages/message.ts';
import { type Ending, endSession } from './end-session.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

type Needs = Ending & { readonly sessions: Pick<SessionStore, 'end' | 'list'> };

/** How many sessions one query reads. */
export const mostListed = 1000;
/** How many sessions are ended at once. */
const atOnce = 10;

/**
 * Ends a user's sessions one by one, except `own` if it is given. It repeats the query until all are ended. If it
 * breaks off, a repeated call ends the rest. The notice goes with the first session that this call ends.
 */
export async function endOthers(
  needs: Needs,
  { userId, own, notice }: { readonly userId: string; readonly own: string | undefined; readonly notice?: Message | undefined },
): Promise<void> {
  let found: readonly Session[];
  let untold = notice;
  do {
    found = await needs.sessions.list(userId, mostListed);
    const others = found.filter(({ sid }) => sid !== own);
    for (let one = untold && others.shift(); one; one = untold && others.shift()) {
      if ((await endSession(needs, one, untold)) === 'ended') untold = undefined;
    }
    for (let first = 0; first < others.length; first += atOnce) {
      await Promise.all(others.slice(first, first + atOnce).map((session) => endSession(needs, session)));
    }
  } while (found.length === mostListed);
}

/** Deletes the rows of sessions that are void. If that fails, it is logged, and the rows go when they expire. */
export async function cleanAway(sessions: Pick<SessionStore, 'remove'>, dead: readonly Session[]): Promise<void> {
  try {
    await sessions.remove(dead);
  } catch (error) {
    log.warn('sessions_left_behind', describeError(error));
  }
}
