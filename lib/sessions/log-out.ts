import type { Caller } from '#lib/caller/caller.ts';
import { uuidv7 } from '#lib/ids.ts';
import { Problem } from '#lib/problem.ts';
import { type ReadingSessionTokens, readRefreshToken } from '#lib/tokens/read-session-token.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import { untraded } from '#lib/tokens/token.ts';
import { cleanAway, endOthers, mostListed } from './end-others.ts';
import { type Ending, endSession } from './end-session.ts';
import type { LogoutScope } from './session.ts';
import type { SessionStore } from './session-store.ts';

type Leaving = { readonly scope: LogoutScope; readonly refresh?: string | undefined };

type Person = Pick<Caller, 'sub' | 'sid'>;
type Needs = Ending & ReadingSessionTokens & { readonly sessions: Pick<SessionStore, 'end' | 'list' | 'endAll' | 'remove' | 'spend'> };

/**
 * Ends the caller's sessions of the given scope; their access and refresh tokens are void afterwards. A refresh token
 * also ends the session it names, even if it is spent, because leaving must not be harder than staying. Throws
 * `token_not_valid` before anything is ended if that token is invalid or another user's, and `permission_denied` if
 * scope is `local` and there is no session to end. `global` also voids codes and links that were sent, which carry the
 * epoch; undo links stay, because a thief must not void them. If epochs of tokens are not checked
 * (CHECK_REVOKE_TOKEN=false), `global` ends one session after the other, the caller's last.
 */
export async function logOut(needs: Needs, caller: Person, { scope, refresh }: Leaving): Promise<void> {
  const named = refresh === undefined ? caller.sid : await sessionNamedBy(needs, caller, refresh);
  if (scope === 'global' && needs.rules.checks.epoch) return await endAll(needs, caller);
  if (scope !== 'local') await endOthers(needs, { userId: caller.sub, own: caller.sid });
  if (scope === 'others') return;
  if (scope === 'global') await beginEpoch(needs, caller);
  if (!named && scope === 'local') throw new Problem('permission_denied', { reason: 'no session to sign out of' });
  if (named && named !== caller.sid) await endSession(needs, { userId: caller.sub, sid: named });
  // Last, so that a request that broke off earlier can be repeated.
  if (caller.sid) await endSession(needs, { userId: caller.sub, sid: caller.sid });
}

/** The session that a refresh token names. A session that a foreign token would open can no longer be opened. */
async function sessionNamedBy(needs: Needs, { sub }: Person, text: string): Promise<string> {
  const { user_id, sid, generation, jti, exp } = await readRefreshToken(needs, text, needs.now());
  if (user_id !== sub) throw refusalProblem({ refused: 'invalid', reason: 'the refresh token of somebody else' });
  if (generation === untraded) await needs.sessions.spend({ jti, until: exp });
  return sid;
}

/**
 * One write voids all of the user's tokens, so nothing is half ended. Rows that remain if the clean-up fails open
 * nothing and are not shown; they go when they expire. They are read before the write, so that no new session is among
 * them.
 */
async function endAll(needs: Needs, caller: Person): Promise<void> {
  const dead = await needs.sessions.list(caller.sub, mostListed);
  await beginEpoch(needs, caller);
  await cleanAway(needs.sessions, dead);
}

async function beginEpoch({ sessions, now }: Needs, { sub: userId }: Person): Promise<void> {
  const at = now();
  await sessions.endAll(userId, { id: uuidv7(at), type: 'all_sessions_ended', userId, at });
}
