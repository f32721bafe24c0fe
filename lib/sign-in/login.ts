import type { Client } from '#lib/caller/client.ts';
import type { HumanCheck } from '#lib/human/check-human.ts';
import type { HumanProof } from '#lib/human/human-proof.ts';
import type { Language } from '#lib/language.ts';
import { describeError, log } from '#lib/log.ts';
import { identify } from '#lib/names/identifier.ts';
import type { Passwords, Verdict } from '#lib/passwords/passwords.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import { everybody, type Spent, type Throttle } from '#lib/throttle/throttle.ts';
import type { Account, User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import type { Credentials } from './credentials.ts';
import type { LoginHooks } from './login-hooks.ts';
import type { SignInWatch } from './watch-sign-ins.ts';

/** How often a password may be tried, by whom. */
export type LoginLimits = { readonly account: Rate; readonly address: Rate; readonly global: Rate };

type Proof = {
  readonly users: Pick<UserStore, 'findByIdentifier' | 'get'>;
  readonly throttle: Throttle;
  readonly limits: LoginLimits;
  /** Not there where nobody can be asked, as in a header. */
  readonly checkHuman?: HumanCheck;
  readonly region: string;
  readonly passwords: Passwords;
  readonly hooks: Pick<LoginHooks, 'mayEnter' | 'failed'>;
  /** Not there where nobody is told of a sign-in. */
  readonly watch?: SignInWatch | undefined;
};

type Needs<Opened> = Proof & {
  readonly users: Pick<UserStore, 'upgradePassword' | 'setLastLogin'>;
  /** What signing in leads to, such as a session and its tokens. */
  readonly open: (opening: Opening) => Promise<Opened>;
  readonly isLastLoginKept: boolean;
  readonly hooks: LoginHooks;
  readonly now: () => Date;
};

export type Login<Opened> = { readonly account: User; readonly opened: Opened };

/** Signs somebody in by any of their identifiers. Throws `no_active_account`, and `throttled` where a limit is used up. */
export async function login<Opened>(
  needs: Needs<Opened>,
  credentials: Credentials,
  { client, language }: { readonly client: Client; readonly language: Language },
): Promise<Login<Opened>> {
  return await withProof(needs, credentials, client, async (account, tries, { verdict, devices }) => {
    const notice = needs.watch?.noticeOf({ account, client, language, now: needs.now(), tries: ofAccount(tries), devices });
    const [opened] = await Promise.all([
      needs.open({ account, client, isRemembered: credentials.isRemembered, notice }),
      forgetFailures(needs, tries),
      needs.isLastLoginKept ? needs.users.setLastLogin(account.id, needs.now()) : undefined,
    ]);
    const upgrading = verdict.isOutdated && upgradeHash(needs, account, credentials.password);
    await Promise.all([upgrading, needs.hooks.succeeded(account, client)]);
    return { account, opened };
  });
}

/**
 * Goes on with whoever these credentials belong to. Counts the try before it compares anything, asks for the user at the same time,
 * and compares a password whoever it is: unknown, wrong and inactive get one answer in one time (`no_active_account`). Throws
 * `throttled` where a limit is used up, and what a human check throws. What goes wrong through a fault of ours, then too, is not counted.
 */
export async function withProof<T>(
  needs: Proof,
  credentials: Pick<Credentials, 'identifier' | 'password' | 'human'>,
  client: Client,
  goOn: (account: User, tries: readonly Spent[], found: { readonly verdict: Verdict; readonly devices: readonly string[] }) => Promise<T>,
): Promise<T> {
  const identifier = identify(credentials.identifier, needs.region);
  const counting = countTry(needs, identifier?.value ?? credentials.identifier.trim().toLowerCase(), client);
  const admitting = counting.then(async (tries) => await admit(needs, credentials.human, client, tries));
  try {
    const [tries, found] = await Promise.all([admitting, identifier && needs.users.findByIdentifier(identifier)]);
    const { account, verdict, devices } = await compare(needs, found, credentials.password);
    if (!account || !verdict.matches || !(await needs.hooks.mayEnter(account)))
      throw new Problem('no_active_account', { reason: refusalReason(account, verdict) });
    return await goOn(account, tries, { verdict, devices });
  } catch (error) {
    if (isOurFault(error)) await counting.then((tries) => needs.throttle.giveBack(...tries)).catch(() => undefined); // the first error is the one to report
    if (error instanceof Problem && error.code === 'no_active_account') await needs.hooks.failed(credentials.identifier, client);
    throw error;
  }
}

/**
 * Compares the password with what was found, and meanwhile reads the user again, consistently, and where it tells of new devices those known: an index may lag behind a changed
 * password, a suspension or a new epoch. The hash takes longer than the reads, so nobody waits for them; all are made for unknown names too.
 */
async function compare(
  { users, passwords, watch }: Pick<Proof, 'users' | 'passwords' | 'watch'>,
  found: Account | undefined,
  password: string,
): Promise<{ account: User | undefined; verdict: Verdict; devices: readonly string[] }> {
  const id = found?.id ?? nobody;
  const [verdict, user, devices = []] = await Promise.all([
    passwords.check(password, found?.password),
    users.get(id),
    watch?.devicesOf(id),
  ]);
  if (!found || !user) return { account: undefined, verdict, devices };
  const isCurrent = user.password === found.password;
  return { account: user, verdict: isCurrent ? verdict : await passwords.check(password, user.password), devices };
}

/** An id that no user has. */
const nobody = '-';

async function countTry(
  { throttle, limits }: Pick<Proof, 'throttle' | 'limits'>,
  name: string,
  { address }: Client,
): Promise<readonly Spent[]> {
  return await throttle.spend(
    { name: accountLimit, rate: limits.account, subject: name },
    { name: 'login-address', rate: limits.address, subject: address },
    { name: 'login-global', rate: limits.global, subject: everybody },
  );
}

/**
 * Asks for a human check where one is due. Who does not pass has not tried the password, and is not counted against the account: a program
 * that cannot pass cannot lock anybody out.
 */
async function admit(
  { throttle, checkHuman }: Pick<Proof, 'throttle' | 'checkHuman'>,
  human: HumanProof | undefined,
  client: Client,
  tries: readonly Spent[],
): Promise<readonly Spent[]> {
  try {
    await checkHuman?.(human ?? {}, client, tries);
    return tries;
  } catch (error) {
    const own = tries.filter(({ name }) => name === accountLimit);
    if (!isOurFault(error)) await throttle.giveBack(...own).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

const ofAccount = (tries: readonly Spent[]) => tries.find(({ name }) => name === accountLimit);

/** Only an account that had failures is written again: most logins are the first of their window. */
async function forgetFailures({ throttle }: Pick<Proof, 'throttle'>, tries: readonly Spent[]): Promise<void> {
  const own = ofAccount(tries);
  if (own && own.count > 1) await throttle.clear(own);
}

/** A hash of another kind or cost becomes one of today's. The login counts whether that works out or not. */
async function upgradeHash(
  { users, passwords }: Pick<Needs<unknown>, 'users' | 'passwords'>,
  { id, password: encoded }: Account,
  password: string,
): Promise<void> {
  try {
    await users.upgradePassword(id, encoded, await passwords.hash(password));
  } catch (error) {
    log.warn('hash_upgrade_failed', describeError(error));
  }
}

function refusalReason(account: Account | undefined, { matches, refused = 'wrong password' }: Verdict): string {
  if (!account) return 'unknown account';
  return matches ? 'inactive account, or not let in by the rule' : refused;
}

const accountLimit = 'login-account';
