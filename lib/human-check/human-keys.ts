import { createHmac } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import type { LookupSecret } from '#lib/lookup-secrets.ts';

/** The hash of a picture's answer for the table, bound to the picture's id, so no row can answer for another. */
export function hashedAnswer(lookupSecret: LookupSecret, id: string, answer: string): string {
  return createHmac('sha256', derivedKey('captcha', lookupSecret)).update(`${id}\0${answer}`).digest('base64url');
}

/** The key that signs challenges, as a text. */
export function challengeKey(lookupSecret: LookupSecret): string {
  return derivedKey('challenge', lookupSecret).toString('hex');
}
