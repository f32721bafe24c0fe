import { hkdfSync } from 'node:crypto';
import type { LookupSecret, LookupSecrets } from './lookup-secrets.ts';

/**
 * The uses of the lookup secret, and the `info` of each derivation. A changed text ends everything that was made
 * with its key.
 */
const infos = {
  /** The six digits of codes. */
  digits: 'gatehouse/codes/digits',
  /** The names of codes' rows, in place of addresses. */
  rows: 'gatehouse/codes/rows',
  /** Links that reset a password. */
  links: 'gatehouse/codes/links',
  /** Links that undo an exchange of addresses. */
  undo: 'gatehouse/codes/undo',
  /** Cursors of the list of users and of the audit trail. */
  cursor: 'gatehouse list cursor',
  /** Answers of captchas. */
  captcha: 'gatehouse captcha',
  /** Challenges of the proof of work. */
  challenge: 'gatehouse challenge',
  /** The texts of known devices. */
  device: 'gatehouse device',
  /** Pseudonyms of addresses and names in the audit trail and in logs. */
  audit: 'gatehouse audit',
  /** The names of counters, in place of addresses and names. */
  counters: 'gatehouse/counters',
  /** The public name of a value of the secret. */
  name: 'gatehouse/name',
} as const;

export type SecretUse = keyof typeof infos;

/** All uses. */
export const secretUses = Object.keys(infos) as SecretUse[];

/**
 * The key of one use, 32 bytes by HKDF-SHA-256 (RFC 5869). So a value that was made for one use is never accepted for
 * another, and an output of one tells nothing about another.
 */
export function derivedKey(use: SecretUse, { bytes }: Pick<LookupSecret, 'bytes'>): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', infos[use], 32));
}

/** The keys that recognise a known device at an instant, in seconds since 1970: also those of values that were dropped. */
export function deviceKeys(secrets: LookupSecrets, at: number): readonly Uint8Array[] {
  const left = secrets.flatMap(({ devices = [] }) => devices).filter(({ until }) => until > at);
  return [...secrets.map((secret) => derivedKey('device', secret)), ...left.map(({ key }) => key)];
}

/** The name of a value: eight characters that tell nothing about it, for references and for the person at the terminal. */
export function secretName(secret: LookupSecret): string {
  return derivedKey('name', secret).toString('base64url').slice(0, 8);
}
