import type { Caller } from '#lib/caller/caller.ts';
import { epochSeconds } from '#lib/duration.ts';
import { Problem } from '#lib/problem.ts';
import type { SessionStore } from './session-store.ts';

export type FreshLogin = {
  readonly sessions: Pick<SessionStore, 'get'>;
  /** How long after signing in somebody may do what a stolen token must not. */
  readonly freshSeconds: number;
  readonly now: () => Date;
};

/**
 * Refuses a caller who is about to do to themselves what a stolen token must not, unless they have proved a moment ago who they are: by the password in this very
 * request, or by a sign-in that their session began with; a refresh is none. API tokens and tokens of others belong to no sign-in. What somebody does to another is
 * judged elsewhere. Throws `fresh_login_required`.
 */
export async function askForFreshLogin({ sessions, freshSeconds, now }: FreshLogin, caller: Caller, userId: string): Promise<void> {
  const { sub, sid, isByPassword } = caller;
  if (sub !== userId || isByPassword) return;
  const session = sid === undefined ? undefined : await sessions.get({ userId, sid });
  const isFresh = session && !session.isAdopted && epochSeconds(now()) - session.openedAt < freshSeconds;
  if (!isFresh) throw new Problem('fresh_login_required', { reason: session ? 'signed in too long ago' : 'belongs to no session' });
}
