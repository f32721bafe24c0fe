import { createHmac } from 'node:crypto';
import { purposeKey } from '#lib/purpose-key.ts';

/** The hash of a picture's answer for the table, bound to the picture's id, so no row can answer for another. */
export function hashedAnswer(lookupSecret: Uint8Array, id: string, answer: string): string {
  return createHmac('sha256', purposeKey('captcha', lookupSecret)).update(`${id}\0${answer}`).digest('base64url');
}

/** The key that signs challenges, as a text. */
export function challengeKey(lookupSecret: Uint8Array): string {
  return purposeKey('challenge', lookupSecret).toString('hex');
}
