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

/** A notice that is old is no longer one. */
const worthSendingSeconds = 86_400;

type About = {
  readonly user: { readonly id: string };
  /** Undefined where it was no request. */
  readonly client?: Pick<Client, 'address'> | undefined;
  readonly language: Language;
  readonly now: Date;
  /** What the way back is made from, and its end. */
  readonly secret?: Message['secret'];
};

/** Tells somebody at an address of theirs what was done to their account, and from where; of IPv6 the network only, which has no name a message could show. */
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

/** Which notices a stage sends: none where it sends no e-mail, so that nothing is written that nobody would get. */
export function noticesOf({ NOTICES, EMAIL_SENDER }: Pick<Settings, 'NOTICES' | 'EMAIL_SENDER'>): readonly Notice[] {
  return EMAIL_SENDER === 'off' ? [] : NOTICES;
}

/** Tells somebody by e-mail that their password was changed, where the stage tells that; nothing to whoever has no address. */
export function passwordChanged(
  { notices }: { readonly notices: readonly Notice[] },
  user: User,
  about: Omit<About, 'user' | 'secret'>,
): Message[] {
  const mail = addressesOf(user).find(({ kind }) => kind === 'email');
  return mail && notices.includes('password-changed') ? [noticeTo(mail, 'password-changed', { ...about, user })] : [];
}
