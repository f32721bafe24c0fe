import type { Caller } from '#lib/caller/caller.ts';
import type { TokenRules } from '#lib/tokens/token.ts';
import { stillThere } from '#lib/users/still-there.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { mostListed } from './end-others.ts';
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
  const [found, row] = await Promise.all([sessions.list(caller.sub, mostListed), users.get(caller.sub)]);
  return newestOf(found, stillThere(row, caller, rules.checks), { rules, now });
}

/** The live sessions of another user, whose row was read to judge the caller. As `listSessions`. */
export async function listSessionsOf({ sessions, ...needs }: Omit<Needs, 'users'>, user: User): Promise<Session[]> {
  return newestOf(await sessions.list(user.id, mostListed), user, needs);
}

function newestOf(found: readonly Session[], { tokenEpoch }: User, { rules, now }: Pick<Needs, 'rules' | 'now'>): Session[] {
  return found
    .filter((session) => (session.epoch === tokenEpoch || !rules.checks.epoch) && !isOver(session, now()))
    .sort((one, other) => other.openedAt - one.openedAt || other.rotatedAtMs - one.rotatedAtMs)
    .slice(0, 100);
}
