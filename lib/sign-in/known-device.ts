import { createHmac } from 'node:crypto';
import { derivedKey, deviceKeys } from '#lib/derived-key.ts';
import { epochSeconds } from '#lib/duration.ts';
import { randomId } from '#lib/ids.ts';
import { makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { isSameText } from '#lib/passwords/same-text.ts';
import { deviceCookie } from '#lib/sessions/session-cookies.ts';
import type { Account } from '#lib/users/user.ts';

/** A device as a client names it. Its owner is not known yet. */
export type ClaimedDevice = { readonly text: string; readonly id: string; readonly until: number; readonly proof: string };

type Owner = Pick<Account, 'id' | 'tokenEpoch'>;

type Needs = {
  readonly lookupSecret: ReadLookupSecrets;
  /** How long a device stays known after its last sign-in, in seconds; 0 if devices are not known at all. */
  readonly deviceSeconds: number;
  readonly now: () => Date;
};

/**
 * Devices that have signed in before (OWASP: device cookies). Such a device holds a text that is signed for its account. Its tries are
 * counted apart, so no stranger can use them up. Whatever ends all sessions of the account ends its known devices.
 */
export type KnownDevices = {
  /** The device whose text this is, if the text is of the right form. */
  readonly read: (text: string | null | undefined) => ClaimedDevice | undefined;
  readonly isOf: (device: ClaimedDevice, owner: Owner | undefined) => Promise<boolean>;
  /**
   * The text for the user's device: the same while more than half of its time is left and the lookup secret has not changed.
   * Undefined if devices are not known.
   */
  readonly textFor: (owner: Owner, device: ClaimedDevice | undefined) => Promise<string | undefined>;
};

export function knownDevices({ lookupSecret, deviceSeconds, now }: Needs): KnownDevices {
  const isOf: KnownDevices['isOf'] = async (device, owner) => {
    const nowSeconds = epochSeconds(now());
    const keys = deviceKeys(await lookupSecret(), nowSeconds);
    const isOurs = keys.map((key) => isSameText(proofOf(key, owner ?? nobody, device), device.proof)).includes(true);
    return isOurs && owner !== undefined && device.until > nowSeconds;
  };
  return {
    read: (text) => (deviceSeconds > 0 && text ? claimed(text) : undefined),
    isOf,
    async textFor(owner, device) {
      if (deviceSeconds === 0) return undefined;
      const nowSeconds = epochSeconds(now());
      const key = derivedKey('device', makingSecret(await lookupSecret(), nowSeconds));
      const isFresh = device !== undefined && device.until - nowSeconds > deviceSeconds / 2;
      if (isFresh && isSameText(proofOf(key, owner, device), device.proof)) return device.text;
      const named = { id: randomId(), until: nowSeconds + deviceSeconds };
      return `${named.id}.${named.until.toString(36)}.${proofOf(key, owner, named)}`;
    },
  };
}

function proofOf(key: Uint8Array, { id: user, tokenEpoch }: Owner, { id, until }: Pick<ClaimedDevice, 'id' | 'until'>): string {
  return createHmac('sha256', key).update([user, tokenEpoch, id, until].join('\0')).digest('base64url');
}

type Asked = { readonly device?: string | null | undefined; readonly wantsCookies?: boolean | undefined };

/** Whether a client keeps what makes it known: in a cookie, or because its request has the field, which may be empty. */
export function keepsDevice({ device, wantsCookies }: Asked): boolean {
  return wantsCookies === true || device !== undefined;
}

/** The text of a device in a request: what its body says, or its only cookie of that name. */
export function claimedDevice(
  said: string | null | undefined,
  cookies: (name: string) => readonly string[] = () => [],
): string | undefined {
  const [kept, other] = cookies(deviceCookie);
  return said || (other === undefined ? kept : undefined);
}

/** `<id>.<end in seconds, base 36>.<HMAC>`, in base64url. */
const form = /^([\w-]{16,64})\.([0-9a-z]{1,9})\.([\w-]{43})$/;

function claimed(text: string): ClaimedDevice | undefined {
  const [, id, until, proof] = form.exec(text) ?? [];
  return id && until && proof ? { text, id, until: Number.parseInt(until, 36), proof } : undefined;
}

const nobody: Owner = { id: '', tokenEpoch: 0 };
