import type { Client } from '#lib/caller/client.ts';
import type { HumanCheck } from '#lib/human-check/human-check.ts';
import type { HumanProof } from '#lib/human-check/human-proof.ts';
import type { Language } from '#lib/language.ts';
import { describeError, log } from '#lib/log.ts';
import { identify } from '#lib/names/identifier.ts';
import type { Passwords, Verdict } from '#lib/passwords/passwords.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import { everybody, type Spent, type Throttle } from '#lib/throttle/throttle.ts';
import type { Account, User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { accountLimit } from './account-limit.ts';
import { completeSignIn, followFailure, type Login, nobody, type SignInNeeds, type TryNeeds } from './complete-sign-in.ts';
import type { Credentials } from './credentials.ts';
import type { SignInWatch } from './watch-sign-ins.ts';

/** What a comparison of passwords needs. */
export type PasswordNeeds = TryNeeds & {
  readonly passwords: Passwords;
  /** Undefined if the client cannot be asked for one, as with Basic. */
  readonly checkHuman?: HumanCheck;
  /** Undefined if the stage sends no notices of sign-ins. */
  readonly watch?: SignInWatch | undefined;
};

export type LoginNeeds<Asked, Opened> = PasswordNeeds & SignInNeeds<Asked, Opened> & { readonly users: Pick<UserStore, 'upgradePassword'> };

/** A user whose password was right, the tries that were counted, and the devices that the user is known by. */
type Verified = {
  readonly user: User;
  readonly tries: readonly Spent[];
  readonly verdict: Verdict;
  readonly devices: readonly string[];
};

/** Signs a user in by any of their identifiers and the password. Throws `no_active_account`, and what `withPassword` throws. */
export async function login<Asked extends Credentials, Opened>(
  needs: LoginNeeds<Asked, Opened>,
  asked: Asked,
  { client, language }: { readonly client: Client; readonly language: Language },
): Promise<Login<Opened>> {
  return await withPassword(needs, asked, client, async ({ user, tries, verdict, devices }) => {
    const notice = needs.watch?.noticeOf({ user, client, language, now: needs.now(), tries: ofAccount(tries), devices });
    const [opened] = await Promise.all([completeSignIn(needs, { user, client, notice }, asked), forgetFailures(needs, tries)]);
    const upgrading = verdict.isOutdated && upgradeHash(needs, user, asked.password);
    await Promise.all([upgrading, needs.hooks.succeeded(user, client)]);
    return { user, opened };
  });
}

/**
 * Goes on with the user whose credentials these are. Counts the try before it compares anything, reads the user meanwhile, and compares
 * a password for an unknown user too. An unknown identifier, a wrong password and an inactive user get one answer in one time
 * (`no_active_account`). Throws `throttled` if a limit is used up, and what the human check throws. A try that ends in a fault of
 * ours is given back, also if the fault is in `goOn`.
 */
export async function withPassword<T>(
  needs: PasswordNeeds,
  { identifier: typed, password, human }: Pick<Credentials, 'identifier' | 'password' | 'human'>,
  client: Client,
  goOn: (verified: Verified) => Promise<T>,
): Promise<T> {
  const identifier = identify(typed, needs.region);
  const counting = countTry(needs, identifier?.value ?? typed.trim().toLowerCase(), client);
  const admitting = counting.then(async (tries) => await admit(needs, human, client, tries));
  try {
    const [tries, found] = await Promise.all([admitting, identifier && needs.users.findByIdentifier(identifier)]);
    const { user, verdict, devices } = await compare(needs, found, password);
    if (!user || !verdict.matches || !(await needs.hooks.mayEnter(user)))
      throw new Problem('no_active_account', { reason: refusalReason(user, verdict) });
    return await goOn({ user, tries, verdict, devices });
  } catch (error) {
    await followFailure(needs, error, { identifier: typed, counting, client });
    throw error;
  }
}

/**
 * Compares the password with the hash in the index. Meanwhile it reads the user again, consistently, because the index may lag behind a
 * changed password, a suspension or a new epoch; with notices of new devices it also reads the known devices. The hash takes longer than
 * the reads, so they add no time. All of it is done for unknown identifiers too.
 */
async function compare(
  { users, passwords, watch }: Pick<PasswordNeeds, 'users' | 'passwords' | 'watch'>,
  found: Account | undefined,
  password: string,
): Promise<{ user: User | undefined; verdict: Verdict; devices: readonly string[] }> {
  const id = found?.id ?? nobody;
  const [verdict, user, devices = []] = await Promise.all([
    passwords.check(password, found?.password),
    users.get(id),
    watch?.devicesOf(id),
  ]);
  if (!found || !user) return { user: undefined, verdict, devices };
  const isCurrent = user.password === found.password;
  return { user, verdict: isCurrent ? verdict : await passwords.check(password, user.password), devices };
}

async function countTry(
  { throttle, limits }: Pick<PasswordNeeds, 'throttle' | 'limits'>,
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
 * Asks for a human check if one is due. A failed check does not count as a password attempt, so a program that cannot pass the check
 * cannot lock an account.
 */
async function admit(
  { throttle, checkHuman }: Pick<PasswordNeeds, 'throttle' | 'checkHuman'>,
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

/** Writes the counter again only if there were failures: most sign-ins are the first try of their window. */
async function forgetFailures({ throttle }: { readonly throttle: Throttle }, tries: readonly Spent[]): Promise<void> {
  const own = ofAccount(tries);
  if (own && own.count > 1) await throttle.clear(own);
}

/** Replaces a hash of another algorithm or cost by one of the current settings. If that fails, the sign-in still succeeds. */
async function upgradeHash(
  { users, passwords }: { readonly users: Pick<UserStore, 'upgradePassword'>; readonly passwords: Passwords },
  { id, password: encoded }: User,
  password: string,
): Promise<void> {
  try {
    await users.upgradePassword(id, encoded, await passwords.hash(password));
  } catch (error) {
    log.warn('hash_upgrade_failed', describeError(error));
  }
}

function refusalReason(user: User | undefined, { matches, refused = 'wrong password' }: Verdict): string {
  if (!user) return 'unknown account';
  return matches ? 'inactive account, or not let in by the rule' : refused;
}
