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
 * Ends sessions of whoever calls; their tokens of both kinds are dead when it is done. With a refresh token, the session it names ends
 * too; a spent one will do, since leaving must not be harder than staying. Throws `token_not_valid`, before anything is ended, where
 * that token is not the caller's own or none at all; `permission_denied` where there is nothing to sign out of here: neither do they
 * call from a session nor do they name one. Where nobody looks at the epoch, `global` ends one session after the other, the caller's last.
 */
export async function logOut(needs: Needs, caller: Person, { scope, refresh }: Leaving): Promise<void> {
  const named = refresh === undefined ? caller.sid : await sessionNamedBy(needs, caller, refresh);
  if (scope === 'global' && needs.rules.checks.epoch) return await endAll(needs, caller);
  if (scope !== 'local') await endOthers(needs, { userId: caller.sub, own: caller.sid });
  if (scope === 'others') return;
  if (!named && scope === 'local') throw new Problem('permission_denied', { reason: 'no session to sign out of' });
  if (named && named !== caller.sid) await endSession(needs, { userId: caller.sub, sid: named });
  // Last: a request that broke off before this can be repeated.
  if (caller.sid) await endSession(needs, { userId: caller.sub, sid: caller.sid });
}

/** The session that a refresh token names; the one that a foreign token would open is never opened from then on. */
async function sessionNamedBy(needs: Needs, { sub }: Person, text: string): Promise<string> {
  const { user_id, sid, generation, jti, exp } = await readRefreshToken(needs, text, needs.now());
  if (user_id !== sub) throw refusalProblem({ refused: 'invalid', reason: 'the refresh token of somebody else' });
  if (generation === untraded) await needs.sessions.spend({ jti, until: exp });
  return sid;
}

/**
 * One write voids every token there is, so nothing is half ended. The rows are rubbish from then on: what is left of them when that
 * fails neither opens anything nor is shown, and goes by its expiry. Listed before the write, so that nobody's next session is among them.
 */
async function endAll({ sessions, now }: Needs, { sub: userId }: Person): Promise<void> {
  const dead = await sessions.list(userId, mostListed);
  const at = now();
  await sessions.endAll(userId, { id: uuidv7(at), type: 'all_sessions_ended', userId, at });
  await cleanAway(sessions, dead);
}
