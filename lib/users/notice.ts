import type { Client } from '#lib/caller/client.ts';
import type { CodeTarget } from '#lib/codes/code.ts';
import { channelOf } from '#lib/codes/code.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Notice } from '#lib/settings/kinds-of-messages.ts';
import { addressesOf } from './addresses.ts';
import type { User } from './user.ts';

/** Notices older than a day are not sent. */
const worthSendingSeconds = 86_400;

type About = {
  readonly user: { readonly id: string };
  /** Undefined on the command line. */
  readonly client?: Pick<Client, 'address'> | undefined;
  readonly language: Language;
  readonly now: Date;
  /** The secret from which the link of the way back is made, and its end. */
  readonly secret?: Message['secret'];
};

/**
 * Makes a message to an address of a user about a change of their account, with the address of the request. An IPv6
 * network is left out, because no name for it fits the message.
 */
export function noticeTo(target: CodeTarget, template: Message['template'], { user, client, language, now, secret }: About): Message {
  return {
    id: uuidv7(now),
    channel: channelOf(target),
    to: target.value,
    template,
    purpose: 'notice',
    language,
    ...(client && !client.address.includes('/') && { values: { address: client.address } }),
    ...(secret && { secret }),
    userId: user.id,
    at: now,
    expiresAt: new Date(now.getTime() + 1000 * worthSendingSeconds),
  };
}

/** The notices that a stage sends. A stage without e-mail sends none, so that no useless row is written. */
export function noticesOf({ NOTICES, EMAIL_SENDER }: Pick<Settings, 'NOTICES' | 'EMAIL_SENDER'>): readonly Notice[] {
  return EMAIL_SENDER === 'off' ? [] : NOTICES;
}

/**
 * Makes the e-mail that tells a user that staff ended their sessions, if the stage sends e-mail and the user has an address.
 * It does not name the actor.
 */
export function sessionsEnded(isSent: boolean, user: User, about: Omit<About, 'user' | 'secret' | 'client'>): Message | undefined {
  const mail = addressesOf(user).find(({ kind }) => kind === 'email');
  return isSent && mail ? noticeTo(mail, 'sessions-ended', { ...about, user }) : undefined;
}

/** Makes the e-mail that tells of a changed password, if the stage sends that notice and the user has an address. */
export function passwordChanged(
  { notices }: { readonly notices: readonly Notice[] },
  user: User,
  about: Omit<About, 'user' | 'secret'>,
): Message[] {
  const mail = addressesOf(user).find(({ kind }) => kind === 'email');
  return mail && notices.includes('password-changed') ? [noticeTo(mail, 'password-changed', { ...about, user })] : [];
}
