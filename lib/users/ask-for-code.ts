import type { Client } from '#lib/caller/client.ts';
import { asIdentifier, type CodeChannel, type CodeTarget, type OpenPurpose } from '#lib/codes/code.ts';
import { type Addressed, type CodeOrder, type CodeSending, sendCode, type Told } from '#lib/codes/send-code.ts';
import { readTarget, type TargetRules } from '#lib/codes/target.ts';
import type { Language } from '#lib/language.ts';
import { type Identifier, identify } from '#lib/names/identifier.ts';
import { addressesOf } from './addresses.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';

export type CodeWish = { readonly channel: CodeChannel; readonly to: string; readonly purpose: OpenPurpose };

type Needs = CodeSending & TargetRules & { readonly users: Pick<UserStore, 'findByIdentifier' | 'get'> };

type Asker = { readonly client: Client; readonly language: Language; readonly checkHuman?: CodeOrder['checkHuman'] };

/**
 * Sends a code to an address, for whoever asks: to register, to log in, to choose another password. Whether there is somebody of that address
 * shows in nothing but what arrives there. Throws `validation_failed`, `throttled`, and what the human check throws.
 */
export async function askForCode(needs: Needs, { channel, to, purpose }: CodeWish, asker: Asker): Promise<{ retryAfterSeconds: number }> {
  const target = readTarget(channel, to, needs);
  const find = async () => ({ target, told: wordFor(purpose, target, await userOf(needs, asIdentifier(target))) });
  return await sendCode(needs, { purpose, asked: target, find, ...asker }, asker.client);
}

/**
 * Sends what somebody who forgot their password needs: a link to the e-mail address where there is a page for it, a code otherwise. Of a
 * username it goes to the e-mail address it stands for, which nobody is told. Throws as `askForCode` does.
 */
export async function forgotPassword(
  needs: Needs & { readonly hasResetPage: boolean },
  typed: string,
  asker: Asker,
): Promise<{ retryAfterSeconds: number }> {
  const identifier = identify(typed, needs.region);
  const order = { purpose: 'reset', ...asker } as const;
  const told = (target: CodeTarget, user: User | undefined): Addressed => {
    const hasLink = target.kind === 'email' && needs.hasResetPage;
    const word = wordFor('reset', target, user);
    return { target, told: hasLink && word.template === 'code' ? { ...word, template: 'reset-link' } : word };
  };
  if (identifier && identifier.kind !== 'username') {
    const target = readTarget(identifier.kind === 'email' ? 'email' : 'sms', identifier.value, needs, identifier.kind);
    const find = async () => told(target, await userOf(needs, identifier));
    return await sendCode(needs, { ...order, asked: target, find }, asker.client);
  }
  const name = identifier?.value ?? typed.trim().toLowerCase();
  const find = async () => {
    const user = identifier && (await userOf(needs, identifier));
    const target = user && addressesOf(user).find(({ kind }) => kind === 'email');
    return target ? told(target, user) : told({ kind: 'email', value: name }, undefined); // nobody’s address: a name has no @
  };
  return await sendCode(needs, { ...order, asked: { name }, find }, asker.client);
}

/** An id that no user has. */
const nobody = '-';

/** Whoever has this name, read consistently; as many reads for a name that nobody has. */
async function userOf({ users }: Needs, identifier: Identifier): Promise<User | undefined> {
  const found = await users.findByIdentifier(identifier);
  return await users.get(found?.id ?? nobody);
}

/** What arrives: to register, a code where nobody is; otherwise one where somebody is, and is let in. */
function wordFor(purpose: OpenPurpose, { kind }: CodeTarget, user: User | undefined): Told {
  if (purpose === 'register') {
    if (!user) return { template: 'code' };
    return { template: kind === 'email' ? 'account-exists' : 'nothing' };
  }
  return user?.isActive ? { template: 'code', user } : { template: 'nothing' };
}
