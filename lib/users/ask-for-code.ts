import type { Client } from '#lib/caller/client.ts';
import { asIdentifier, type CodeChannel, type CodeTarget, type OpenPurpose } from '#lib/codes/code.ts';
import type { Addressed, Told } from '#lib/codes/new-code.ts';
import { type CodeOrder, type CodeSending, sendCode } from '#lib/codes/send-code.ts';
import { readTarget, type TargetRules } from '#lib/codes/target.ts';
import { type Identifier, identify } from '#lib/names/identifier.ts';
import type { KnownDevices } from '#lib/sign-in/known-device.ts';
import { addressesOf, isVerified } from './addresses.ts';
import { opensFor } from './ownership.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

export type CodeWish = { readonly channel: CodeChannel; readonly to: string; readonly purpose: OpenPurpose };

type Needs = CodeSending &
  TargetRules & {
    readonly users: Pick<UserStore, 'findByIdentifier' | 'get'>;
    /** Undefined if no device asks, as for staff. */
    readonly knownDevices?: Pick<KnownDevices, 'read' | 'isOf'>;
  };

type Asker = Pick<CodeOrder, 'language' | 'checkHuman' | 'isByStaff'> & {
  readonly client: Client;
  /** The text of a known device, from the request's body or cookie. */
  readonly device?: string | undefined;
};

/**
 * Sends a code to an address: to register, to log in, or to choose another password. Only the message shows whether a
 * user has the address. Throws `validation_failed`, `throttled`, and the problems of the human check.
 */
export async function askForCode(needs: Needs, { channel, to, purpose }: CodeWish, asker: Asker): Promise<{ retryAfterSeconds: number }> {
  const target = readTarget(channel, to, needs);
  const find = async () => {
    const user = await userOf(needs, asIdentifier(target));
    return { target, told: { ...wordFor(purpose, target, user), isKnown: await isKnown(needs, asker, user) } };
  };
  return await sendCode(needs, { purpose, asked: target, find, ...asker }, asker.client);
}

/**
 * Helps a user who forgot the password. Sends a link to the e-mail address if the project has a page for it, otherwise
 * a code. For a username, it goes to the e-mail address of the user, which the caller does not learn. Throws the
 * problems of `askForCode`.
 */
export async function forgotPassword(
  needs: Needs & { readonly hasResetPage: boolean },
  typed: string,
  asker: Asker,
): Promise<{ retryAfterSeconds: number }> {
  const identifier = identify(typed, needs.region);
  const order = { purpose: 'reset', ...asker } as const;
  const told = async (target: CodeTarget, user: User | undefined): Promise<Addressed> => {
    const hasLink = target.kind === 'email' && needs.hasResetPage;
    const word = { ...wordFor('reset', target, user), isKnown: await isKnown(needs, asker, user) };
    return { target, told: hasLink && word.template === 'code' ? { ...word, template: 'reset-link' } : word };
  };
  if (identifier && identifier.kind !== 'username') {
    const target = readTarget(identifier.kind === 'email' ? 'email' : 'sms', identifier.value, needs, identifier.kind);
    const find = async () => await told(target, await userOf(needs, identifier));
    return await sendCode(needs, { ...order, asked: target, find }, asker.client);
  }
  const name = identifier?.value ?? typed.trim().toLowerCase();
  const find = async () => {
    const user = identifier && (await userOf(needs, identifier));
    const target = user && addressesOf(user).find(({ kind }) => kind === 'email');
    return await (target ? told(target, user) : told({ kind: 'email', value: name }, undefined)); // no user has this address: a name has no @
  };
  return await sendCode(needs, { ...order, asked: { name }, find }, asker.client);
}

/** Whether the device that asks has signed in as this user before. An unknown user costs the same. */
async function isKnown({ knownDevices }: Needs, { device }: Asker, user: User | undefined): Promise<boolean> {
  const claimed = knownDevices?.read(device);
  return claimed !== undefined && ((await knownDevices?.isOf(claimed, user)) ?? false);
}

/** An id that no user has. */
const nobody = '-';

/** Reads consistently the user who has this name. An unknown name takes as many reads. */
async function userOf({ users }: Needs, identifier: Identifier): Promise<User | undefined> {
  const found = await users.findByIdentifier(identifier);
  return await users.get(found?.id ?? nobody);
}

/**
 * The message to send, and the part of the budget that it uses. To register: a code, or `account-exists` if a user has proved the e-mail address; who only claims
 * it loses it to whoever proves it. Otherwise: a code if the user is active, and the address can open the account.
 */
function wordFor(purpose: OpenPurpose, target: CodeTarget, user: User | undefined): Told {
  if (purpose === 'register') {
    if (!user || !isVerified(user, target)) return { template: 'code', share: 'newcomers' };
    return target.kind === 'email' ? { template: 'account-exists', share: 'newcomers' } : { template: 'nothing', share: 'nobody' };
  }
  if (!user?.isActive || !opensFor(user, target)) return { template: 'nothing', share: 'nobody' };
  return { template: 'code', user, share: isVerified(user, target) ? 'users' : 'claimed' };
}
