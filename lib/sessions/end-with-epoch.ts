import { describeError, log } from '#lib/log.ts';
import { cleanAway, endOthers, mostListed } from './end-others.ts';
import type { Ending } from './end-session.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** What it takes to end all of somebody's sessions beside a write that begins their next token epoch. */
export type EndingAll = Ending & {
  readonly sessions: Pick<SessionStore, 'list' | 'remove' | 'end'>;
  readonly rules: { readonly checks: { readonly epoch: boolean } };
};

/**
 * Before that write: the sessions it will void. Where nobody looks at the epoch they are ended here one by one, so that what breaks off can be
 * repeated.
 */
export async function sessionsToDie(needs: EndingAll, userId: string): Promise<readonly Session[]> {
  if (needs.rules.checks.epoch) return await needs.sessions.list(userId, mostListed);
  await endOthers(needs, { userId, own: undefined });
  return [];
}

/** After it: their rows go, or those who signed in since the look are ended. Whatever goes wrong here goes to the log: the write has happened. */
export async function cleanUpAfter(needs: EndingAll, userId: string, dead: readonly Session[]): Promise<void> {
  if (needs.rules.checks.epoch) return await cleanAway(needs.sessions, dead);
  await endOthers(needs, { userId, own: undefined }).catch((error: unknown) => log.warn('sessions_left_behind', describeError(error)));
}
