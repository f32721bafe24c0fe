import type { Caller } from '#lib/caller/caller.ts';
import { epochSeconds } from '#lib/duration.ts';
import { Problem } from '#lib/problem.ts';
import type { SessionStore } from './session-store.ts';

/** What it takes to check for a recent sign-in. */
export type FreshLogin = {
  readonly sessions: Pick<SessionStore, 'get'>;
  /** For how many seconds after a sign-in the caller may do what a stolen token must not. */
  readonly freshSeconds: number;
  readonly now: () => Date;
};

/**
 * Throws `fresh_login_required` if the caller is about to change an account without a recent proof of who they are. A
 * proof is the sign-in that opened the session; a refresh does not count. For the caller's own account, the password in
 * this request is one as well; for another user's, HTTP Basic is not, because a program repeats it without its user. API
 * tokens and tokens of other issuers have no sign-in (ASVS 7.5.1, 7.5.3).
 */
export async function askForFreshLogin({ sessions, freshSeconds, now }: FreshLogin, caller: Caller, userId: string): Promise<void> {
  const { sub, sid, isByPassword } = caller;
  if (sub === userId && isByPassword) return;
  const session = sid === undefined ? undefined : await sessions.get({ userId: sub, sid });
  const isFresh = session && !session.isAdopted && epochSeconds(now()) - session.openedAt < freshSeconds;
  if (!isFresh) throw new Problem('fresh_login_required', { reason: session ? 'signed in too long ago' : 'belongs to no session' });
}
