import type { Client } from '#lib/caller/client.ts';
import type { HumanCheck } from '#lib/human-check/human-check.ts';
import type { HumanProof } from '#lib/human-check/human-proof.ts';
import { isOurFault } from '#lib/problem.ts';
import { addressLimits, giveBackIfBusy } from '#lib/throttle/address-limits.ts';
import { everybody, type Limit, type Spent, type Throttle } from '#lib/throttle/throttle.ts';
import type { Account } from '#lib/users/user.ts';
import { accountLimit } from './account-limit.ts';
import type { LoginLimits } from './complete-sign-in.ts';
import type { ClaimedDevice, KnownDevices } from './known-device.ts';

type Needs = {
  readonly throttle: Throttle;
  readonly limits: LoginLimits;
  /** Undefined if the client cannot be asked for one, as with Basic. */
  readonly checkHuman?: HumanCheck;
  /** Undefined if the client cannot keep one, as with Basic. */
  readonly knownDevices?: KnownDevices;
};

/** A try to sign in: what was typed as the identifier, from where, and whose account it is, if it is one. */
type Try = {
  readonly name: string;
  readonly client: Client;
  readonly device: ClaimedDevice | undefined;
  readonly finding: Promise<Account | undefined>;
};

const deviceLimit = 'login-device';

/**
 * Counts a try to sign in. A device that the account knows has a count of its own, so that strangers cannot use it up. The
 * owner of the device is known when the account is read. If it is another account, the try counts against the identifier too. Throws `throttled`.
 */
export async function countTry(
  { throttle, limits, knownDevices }: Needs,
  { name, client, device, finding }: Try,
): Promise<readonly Spent[]> {
  const { account: rate, ceiling } = limits;
  const ofAccount: Limit = { name: accountLimit, rate, subject: name, ceiling };
  const counted = await throttle.spend(
    device ? { name: deviceLimit, rate, subject: device.id, ceiling } : ofAccount,
    ...addressLimits('login-address', limits.address, client.address, ceiling),
    { name: 'login-global', rate: limits.global, subject: everybody, ceiling },
  );
  try {
    if (!device || (await knownDevices?.isOf(device, await finding))) return counted;
    return [...counted, ...(await throttle.spend(ofAccount))];
  } catch (error) {
    await throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/**
 * Asks for a human check if one is due. A failed check counts neither as a password attempt nor against limits that are used up,
 * so a program that cannot pass the check does not keep out people who can.
 */
export async function admit(
  { throttle, checkHuman }: Pick<Needs, 'throttle' | 'checkHuman'>,
  human: HumanProof | undefined,
  client: Client,
  tries: readonly Spent[],
): Promise<readonly Spent[]> {
  try {
    await checkHuman?.(human ?? {}, client, tries);
    return tries;
  } catch (error) {
    const free = tries.filter((spent) => isOwn(spent) || spent.count > spent.max);
    if (!isOurFault(error)) await throttle.giveBack(...free).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/** The count of the account, or of the device that it knows. */
export function ownTries(tries: readonly Spent[]): Spent | undefined {
  return tries.findLast(isOwn);
}

const isOwn = ({ name }: Spent) => name === accountLimit || name === deviceLimit;

/**
 * After a success: forgets the failures of a known device, and gives the try back to the account and to a busy address. Failures on other
 * devices may be a stranger's. They stay, because their end would tell the stranger that the account exists and its owner has come.
 * Most sign-ins are the first try of their window from a quiet address, and write nothing here.
 */
export async function forgetTries({ throttle }: Pick<Needs, 'throttle'>, tries: readonly Spent[]): Promise<void> {
  const repeated = tries.filter((spent) => isOwn(spent) && spent.count > 1);
  const forgotten = repeated.map((spent) => (spent.name === deviceLimit ? throttle.clear(spent) : throttle.giveBack(spent)));
  await Promise.all([giveBackIfBusy(throttle, tries), ...forgotten]);
}
