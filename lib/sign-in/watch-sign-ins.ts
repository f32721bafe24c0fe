import type { Client } from '#lib/caller/client.ts';
import type { Language } from '#lib/language.ts';
import type { Message } from '#lib/messages/message.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import { addressesOf, isVerified } from '#lib/users/addresses.ts';
import { noticesOf, noticeTo } from '#lib/users/notice.ts';
import type { User } from '#lib/users/user.ts';

/** Somebody who is let in: what was counted against their name, and the devices they are known by. */
type SignIn = {
  readonly account: User;
  readonly client: Client;
  readonly language: Language;
  readonly now: Date;
  readonly tries?: Spent | undefined;
  readonly devices: readonly string[];
};

/** What is looked at when somebody signs in, and what they are told. */
export type SignInWatch = {
  /** What the devices said they are that a user has sessions on, also sessions that are over and not cleaned away yet. */
  readonly devicesOf: (userId: string) => Promise<readonly string[]>;
  /** One notice at most. It goes to an e-mail address they have proved, and says nothing that the device said. */
  readonly noticeOf: (signIn: SignIn) => Message | undefined;
};

/** So many sessions are looked at; who has more is told of no new device, as the one that knows it may be among the others. */
const mostLookedAt = 100;

/** What the stage says about telling people of sign-ins; undefined where it tells nothing of the kind, and nothing has to be looked at. */
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
    noticeOf({ account, client, language, now, tries, devices }) {
      const mail = addressesOf(account).find((address) => address.kind === 'email' && isVerified(account, address));
      const isNew = seesDevices && isNewDevice(client.device, devices);
      const template = seesTries && isSuspicious(tries) ? 'suspicious-sign-in' : isNew ? 'new-device' : undefined;
      return mail && template && noticeTo(mail, template, { user: account, client, language, now });
    },
  };
}

/** Without its numbers, so that a browser that was updated is the one it was. Nobody's first session is on a new device. */
function isNewDevice(device: string, known: readonly string[]): boolean {
  const kind = (described: string) => described.replaceAll(/\d+/g, '');
  return known.length > 0 && !known.some((each) => kind(each) === kind(device));
}

/** A right password after wrong ones: at least half as many as there may be. The right one was counted, too. */
function isSuspicious(tries: Spent | undefined): boolean {
  return tries !== undefined && 2 * (tries.count - 1) >= tries.max;
}
