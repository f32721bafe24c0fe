import { describeError, log } from '#lib/log.ts';
import { type Ending, endSession } from './end-session.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

type Needs = Ending & { readonly sessions: Pick<SessionStore, 'end' | 'list'> };

/** How many sessions are looked at in one go. */
export const mostListed = 1000;
/** How many are ended at the same moment. */
const atOnce = 10;

/**
 * Ends somebody's sessions one by one, all but their `own` where they call from one: what one look shows, and looks again where that was
 * not everything. Repeated, it goes on where it broke off.
 */
export async function endOthers(
  needs: Needs,
  { userId, own }: { readonly userId: string; readonly own: string | undefined },
): Promise<void> {
  let found: readonly Session[];
  do {
    found = await needs.sessions.list(userId, mostListed);
    const others = found.filter(({ sid }) => sid !== own);
    for (let first = 0; first < others.length; first += atOnce) {
      await Promise.all(others.slice(first, first + atOnce).map((session) => endSession(needs, session)));
    }
  } while (found.length === mostListed);
}

/** Deletes the rows of sessions that are void already. Where that fails they go by their expiry, and nobody is told but the log. */
export async function cleanAway(sessions: Pick<SessionStore, 'remove'>, dead: readonly Session[]): Promise<void> {
  try {
    await sessions.remove(dead);
  } catch (error) {
    log.warn('sessions_left_behind', describeError(error));
  }
}
