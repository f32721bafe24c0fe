import type { Client } from '#lib/caller/client.ts';
import type { HumanCheck } from '#lib/human-check/human-check.ts';
import type { Language } from '#lib/language.ts';
import { describeError, log } from '#lib/log.ts';
import { identify } from '#lib/names/identifier.ts';
import type { Passwords, Verdict } from '#lib/passwords/passwords.ts';
import { Problem } from '#lib/problem.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import type { Account, User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import { completeSignIn, followFailure, type Login, nobody, type SignInNeeds, type TryNeeds } from './complete-sign-in.ts';
import { admit, countTry, forgetTries, ownTries } from './count-try.ts';
import type { Credentials } from './credentials.ts';
import { type ClaimedDevice, claimedDevice, type KnownDevices, keepsDevice } from './known-device.ts';
import type { SignInWatch } from './watch-sign-ins.ts';

/** What a comparison of passwords needs. */
export type PasswordNeeds = TryNeeds & {
  readonly passwords: Passwords;
  /** Undefined if the client cannot be asked for one, as with Basic. */
  readonly checkHuman?: HumanCheck;
  /** Undefined if the client cannot keep one, as with Basic. */
  readonly knownDevices?: KnownDevices;
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
  readonly device: ClaimedDevice | undefined;
};

/** Who asks: the client, its language, and its cookies. */
export type Asker = {
  readonly client: Client;
  readonly language: Language;
  readonly cookies?: (name: string) => readonly string[];
};

/** Signs a user in by any of their identifiers and the password. Throws `no_active_account`, and what `withPassword` throws. */
export async function login<Asked extends Credentials, Opened>(
  needs: LoginNeeds<Asked, Opened>,
  asked: Asked,
  { client, language, cookies }: Asker,
): Promise<Login<Opened>> {
  const claiming = claimedDevice(asked.device, cookies);
  return await withPassword(needs, { ...asked, device: claiming }, client, async ({ user, tries, verdict, devices, device }) => {
    const notice = needs.watch?.noticeOf({ user, client, language, now: needs.now(), tries: ownTries(tries), devices });
    const [opened, text] = await Promise.all([
      completeSignIn(needs, { user, client, notice }, asked),
      needs.knownDevices?.textFor(user, device),
      forgetTries(needs, tries),
    ]);
    const upgrading = verdict.isOutdated && upgradeHash(needs, user, asked.password);
    await Promise.all([upgrading, needs.hooks.succeeded(user, client)]);
    return { user, opened, device: keepsDevice(asked) ? text : undefined };
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
  { identifier: typed, password, human, device: text }: Pick<Credentials, 'identifier' | 'password' | 'human' | 'device'>,
  client: Client,
  goOn: (verified: Verified) => Promise<T>,
): Promise<T> {
  const identifier = identify(typed, needs.region);
  const device = needs.knownDevices?.read(text);
  const finding = Promise.resolve(identifier && needs.users.findByIdentifier(identifier));
  const counting = countTry(needs, { name: identifier?.value ?? typed.trim().toLowerCase(), client, device, finding });
  const admitting = counting.then(async (tries) => await admit(needs, human, client, tries));
  try {
    const [tries, found] = await Promise.all([admitting, finding]);
    const { user, verdict, devices } = await compare(needs, found, password);
    if (!user || !verdict.matches || !(await needs.hooks.mayEnter(user)))
      throw new Problem('no_active_account', { reason: refusalReason(user, verdict) });
    return await goOn({ user, tries, verdict, devices, device });
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
