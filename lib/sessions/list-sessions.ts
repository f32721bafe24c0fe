import type { Caller } from '#lib/caller/caller.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { stillThere } from '#lib/users/still-there.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { isOver, type Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: Pick<SessionStore, 'list'>;
  readonly users: Pick<UserStore, 'get'>;
  readonly rules: Pick<TokenRules, 'checks'>;
  readonly now: () => Date;
};

/**
 * Where somebody is signed in, newest first: the hundred newest of the thousand sessions that are looked at. What is over and
 * not cleaned away yet, or was opened before they logged out everywhere, is left out. Throws what `stillThere` does.
 */
export async function listSessions({ sessions, users, rules, now }: Needs, caller: Pick<Caller, 'sub' | 'epoch'>): Promise<Session[]> {
  const [found, row] = await Promise.all([sessions.list(caller.sub, 1000), users.get(caller.sub)]);
  const user = stillThere(row, caller, rules.checks);
  return found
    .filter((session) => (session.epoch === user.tokenEpoch || !rules.checks.epoch) && !isOver(session, now()))
    .sort((one, other) => other.openedAt - one.openedAt || other.rotatedAtMs - one.rotatedAtMs)
    .slice(0, 100);
}
