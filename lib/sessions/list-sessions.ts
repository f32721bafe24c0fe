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
 * The user's live sessions, newest first: the 100 newest of the first 1000 rows. Sessions that are over, or void since
 * the user logged out everywhere, are left out. Throws what `stillThere` throws.
 */
export async function listSessions({ sessions, users, rules, now }: Needs, caller: Pick<Caller, 'sub' | 'epoch'>): Promise<Session[]> {
  const [found, row] = await Promise.all([sessions.list(caller.sub, 1000), users.get(caller.sub)]);
  const user = stillThere(row, caller, rules.checks);
  return found
    .filter((session) => (session.epoch === user.tokenEpoch || !rules.checks.epoch) && !isOver(session, now()))
    .sort((one, other) => other.openedAt - one.openedAt || other.rotatedAtMs - one.rotatedAtMs)
    .slice(0, 100);
}
