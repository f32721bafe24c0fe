import type { Client } from '#lib/caller/client.ts';
import type { Language } from '#lib/language.ts';
import type { Message } from '#lib/messages/message.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import { addressesOf, isVerified } from '#lib/users/addresses.ts';
import { noticesOf, noticeTo } from '#lib/users/notice.ts';
import type { User } from '#lib/users/user.ts';

/** A sign-in: the tries that were counted against the identifier, and the devices of the user's sessions. */
type SignIn = {
  readonly user: User;
  readonly client: Client;
  readonly language: Language;
  readonly now: Date;
  readonly tries?: Spent | undefined;
  readonly devices: readonly string[];
};

/** Finds out whether a sign-in is worth a notice. */
export type SignInWatch = {
  /** The `User-Agent` of each session of a user, also of sessions that have ended and are not deleted yet. */
  readonly devicesOf: (userId: string) => Promise<readonly string[]>;
  /** One notice at most. It goes to a verified e-mail address, and does not repeat what the device says of itself. */
  readonly noticeOf: (signIn: SignIn) => Message | undefined;
};

/** A user with more sessions gets no notice of a new device, because a session that is not read may be on that device. */
const mostLookedAt = 100;

/** The notices of sign-ins that the stage sends; undefined if it sends none. */
export function watchSignIns(
  settings: Pick<Settings, 'NOTICES' | 'EMAIL_SENDER'>,
  sessions: Pick<SessionStore, 'list'>,
): SignInWatch | undefined {
  const notices = noticesOf(settings);
  const seesDevices = notices.includes('new-device');
  const seesTries = notices.includes('suspicious-sign-in');
  if (!seesDevices && !seesTries) return undefined;
  return {
    devicesOf: async (userId) => {
      const found = seesDevices ? await sessions.list(userId, mostLookedAt) : [];
      return found.length < mostLookedAt ? found.map(({ device }) => device) : [];
    },
    noticeOf({ user, client, language, now, tries, devices }) {
      const mail = addressesOf(user).find((address) => address.kind === 'email' && isVerified(user, address));
      const isNew = seesDevices && isNewDevice(client.device, devices);
      const template = seesTries && isSuspicious(tries) ? 'suspicious-sign-in' : isNew ? 'new-device' : undefined;
      return mail && template && noticeTo(mail, template, { user, client, language, now });
    },
  };
}

/** Compares devices without their version numbers, so that an updated browser is not new. A user's first session is never on a new device. */
function isNewDevice(device: string, known: readonly string[]): boolean {
  const kind = (described: string) => described.replaceAll(/\d+/g, '');
  return known.length > 0 && !known.some((each) => kind(each) === kind(device));
}

/** A right password after wrong ones, at least half as many as the limit allows. The right one was counted too. */
function isSuspicious(tries: Spent | undefined): boolean {
  return tries !== undefined && 2 * (tries.count - 1) >= tries.max;
}
