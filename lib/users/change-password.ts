import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { describeError, log } from '#lib/log.ts';
import type { Passwords } from '#lib/passwords/passwords.ts';
import { type FieldError, isOurFault, Problem } from '#lib/problem.ts';
import { type CarryingOn, carryOn, type NewTokens } from '#lib/sessions/carry-on.ts';
import { cleanAway, endOthers, mostListed } from '#lib/sessions/end-others.ts';
import type { Ending } from '#lib/sessions/end-session.ts';
import { isOver, type Session } from '#lib/sessions/session.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { Notice } from '#lib/settings/kinds-of-messages.ts';
import type { LoginLimits } from '#lib/sign-in/complete-sign-in.ts';
import type { LoginHooks } from '#lib/sign-in/login-hooks.ts';
import { provingLimits } from '#lib/sign-in/login-limits.ts';
import { giveBackIfBusy } from '#lib/throttle/address-limits.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import { refusalProblem } from '#lib/tokens/refusal.ts';
import { type NewHash, type NewPasswordRules, newHash, newPasswordErrors } from './new-password.ts';
import { passwordChanged } from './notice.ts';
import type { PasswordStore } from './password-store.ts';
import { stillThere } from './still-there.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

/** The form to change a password. */
export type Wish = { readonly old_password: string; readonly new_password: string; readonly new_password_confirmation: string };

type Needs = NewPasswordRules &
  NewHash &
  CarryingOn &
  Ending & {
    readonly users: Pick<UserStore, 'get'>;
    readonly sessions: Pick<SessionStore, 'get' | 'list' | 'remove' | 'end'>;
    readonly store: PasswordStore;
    readonly throttle: Throttle;
    readonly limits: LoginLimits;
    readonly passwords: Passwords;
    readonly hooks: Pick<LoginHooks, 'mayEnter'>;
    readonly notices: readonly Notice[];
  };

type Asker = { readonly client: Client; readonly language: Language };
type Found = { readonly user: User; readonly session: Session | undefined };

/** How many times user and session are read again after another change. */
const tries = 5;

/**
 * Changes the password of a caller who knows the old one. All tokens of the user become void, API tokens too. The
 * caller's session continues with the tokens that are returned; a caller without a session gets none. The user gets an
 * e-mail if the stage sends that notice. The form is checked first; then the try is counted as a login is, and only
 * then the password is compared. Throws `validation_failed` with the invalid fields, the old password too; `throttled`;
 * `token_not_valid` if the session ended meanwhile or another change was faster; `no_active_account` if the user may no
 * longer log in.
 */
export async function changePassword(
  needs: Needs,
  caller: Caller,
  wish: Wish,
  { client, language }: Asker,
): Promise<NewTokens | undefined> {
  const found = await look(needs, caller);
  refuseUnfit(needs, found.user, wish);
  const counted = await countTry(needs, caller.sub, client);
  try {
    const tokens = await replace(needs, found, { caller, wish, client, language });
    await giveBackIfBusy(needs.throttle, counted); // the count of the user stays, since each change sends a notice
    return tokens;
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/** The caller and their session as they are now. The authorizer may have read them earlier, or not at all. */
async function look({ users, sessions, rules, hooks, now }: Needs, caller: Caller): Promise<Found> {
  const { sub: userId, sid } = caller;
  const [row, session] = await Promise.all([users.get(userId), sid === undefined ? undefined : sessions.get({ userId, sid })]);
  const user = stillThere(row, caller, rules.checks);
  if (sid !== undefined && (!session || isOver(session, now()))) {
    throw refusalProblem({ refused: 'blacklisted', reason: 'the session is over' });
  }
  if (!(await hooks.mayEnter(user))) {
    throw new Problem('no_active_account', { detail: 'no_active_account_for_token', reason: 'inactive, or not let in by the rule' });
  }
  return { user, session };
}

/** Checks the form. It does not verify the old password, but requires that the new one is written differently. */
function refuseUnfit(needs: Needs, user: User, wish: Wish): void {
  const { old_password: old, new_password: wanted, new_password_confirmation: again } = wish;
  const errors: Record<string, readonly FieldError[]> = {};
  const weak = newPasswordErrors(wanted, user, needs);
  const isSame = wanted.normalize('NFC') === old.normalize('NFC');
  if (weak.length > 0 || isSame) errors['new_password'] = [...weak, ...(isSame ? [{ phrase: 'password_unchanged' } as const] : [])];
  if (wanted !== again) errors['new_password_confirmation'] = [{ phrase: 'password_mismatch' }];
  if (Object.keys(errors).length > 0) throw new Problem('validation_failed', { errors });
}

/** Counts by user and not by name, as a login does. Only a caller with a token of the user can use up these tries. */
async function countTry({ throttle, limits }: Needs, userId: string, { address }: Client): Promise<readonly Spent[]> {
  return await throttle.spend({ name: accountLimit, rate: limits.account, subject: userId }, ...provingLimits('password', limits, address));
}

type Asked = Asker & { readonly caller: Caller; readonly wish: Wish };

/**
 * Compares the password and writes the new hash over the one that was compared; reads again if that one has changed.
 * The tokens are made before the write, so that a failure to make them changes nothing.
 */
async function replace(needs: Needs, first: Found, { caller, wish, client, language }: Asked): Promise<NewTokens | undefined> {
  let hash: string | undefined;
  let proved: string | undefined;
  let dead: readonly Session[] = [];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const { user, session: found } = attempt === 0 ? first : await look(needs, caller);
    if (user.password !== proved) await prove(needs, user, wish);
    proved = user.password;
    if (hash === undefined)
      [hash, dead] = await Promise.all([newHash(needs, wish.new_password, 'new_password'), othersToDie(needs, caller)]);
    const now = needs.now();
    const going = found && { found, user, isSliding: found.jti === caller.jti, requestId: client.requestId };
    const carried = going && (await carryOn(needs, going, now));
    const event = { id: uuidv7(now), type: 'password_changed', userId: user.id, at: now } as const;
    const session = found && carried && { found, next: carried.next };
    const news = passwordChanged(needs, user, { client, language, now });
    if ((await needs.store.change({ user, hash, session, event, news })) === 'changed') {
      await tidyUp(needs, caller, dead, carried?.next.sid);
      return carried?.tokens;
    }
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'user or session are being written by others' });
}

async function prove({ passwords }: Needs, { password }: User, { old_password: old }: Wish): Promise<void> {
  const { matches, refused = 'wrong old password' } = await passwords.check(old, password);
  if (!matches) throw new Problem('validation_failed', { errors: { old_password: [{ phrase: 'old_password_wrong' }] }, reason: refused });
}

/**
 * If the stage checks the epoch: the sessions that the write makes void, so that their rows can be deleted. If it does
 * not: the sessions are ended here one by one before the password changes, so that an interrupted request can be
 * repeated.
 */
async function othersToDie(needs: Needs, { sub: userId, sid: own }: Caller): Promise<readonly Session[]> {
  if (needs.rules.checks.epoch) return (await needs.sessions.list(userId, mostListed)).filter(({ sid }) => sid !== own);
  await endOthers(needs, { userId, own });
  return [];
}

/** Ignores errors: the password is changed already, and the answer has tokens that cannot be made a second time. */
async function tidyUp(needs: Needs, { sub: userId }: Caller, dead: readonly Session[], own: string | undefined): Promise<void> {
  if (needs.rules.checks.epoch) return await cleanAway(needs.sessions, dead);
  // A sign-in with the old password may have come after the read.
  await endOthers(needs, { userId, own }).catch((error: unknown) => log.warn('sessions_left_behind', describeError(error)));
}

const accountLimit = 'password-account';
