import { describeError, log } from '#lib/log.ts';
import { cleanAway, endOthers, mostListed } from './end-others.ts';
import type { Ending } from './end-session.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** What it takes to end all sessions of a user around a write that starts the user's next token epoch. */
export type EndingAll = Ending & {
  readonly sessions: Pick<SessionStore, 'list' | 'remove' | 'end'>;
  readonly rules: { readonly checks: { readonly epoch: boolean } };
};

/**
 * Before that write: reads the sessions that it will void. If epochs are not checked (CHECK_REVOKE_TOKEN=false), it
 * ends them one by one instead, so that a broken-off call can be repeated.
 */
export async function sessionsToDie(needs: EndingAll, userId: string): Promise<readonly Session[]> {
  if (needs.rules.checks.epoch) return await needs.sessions.list(userId, mostListed);
  await endOthers(needs, { userId, own: undefined });
  return [];
}

/**
 * After that write: deletes the rows of the void sessions, or ends those opened since. An error here is only logged,
 * because the write has happened.
 */
export async function cleanUpAfter(needs: EndingAll, userId: string, dead: readonly Session[]): Promise<void> {
  if (needs.rules.checks.epoch) return await cleanAway(needs.sessions, dead);
  await endOthers(needs, { userId, own: undefined }).catch((error: unknown) => log.warn('sessions_left_behind', describeError(error)));
}
