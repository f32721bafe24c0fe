import type { Language } from '#lib/language.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { addressesOf, isVerified } from './addresses.ts';
import { noticesOf, noticeTo } from './notice.ts';
import type { UserReader } from './user-reader.ts';

/**
 * The message to the owner of a session that two clients held pieces of. Undefined if the stage does not send it, if the
 * user is gone or if no e-mail address of theirs is proved. It has no IP address, because the request may be of either client.
 */
export function theftNotices(settings: Pick<Settings, 'NOTICES' | 'EMAIL_SENDER'>, reader: UserReader) {
  const isSent = noticesOf(settings).includes('session-stolen');
  return (language: Language) =>
    async (userId: string, now: Date): Promise<Message | undefined> => {
      const user = isSent ? (await reader.readUsers([userId])).get(userId) : undefined;
      const mail = user && addressesOf(user).find((address) => address.kind === 'email' && isVerified(user, address));
      return user && mail && noticeTo(mail, 'session-stolen', { user, language, now });
    };
}
