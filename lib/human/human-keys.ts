import { createHmac, hkdfSync } from 'node:crypto';

/** The key of one purpose, from the secret of the stage (RFC 5869): what signs challenges tells nothing of what counters lie under. */
function keyFor(purpose: string, lookupSecret: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', lookupSecret, '', `gatehouse ${purpose}`, 32));
}

/** What a table may know of a picture's answer: bound to its id, so that no row answers for another. */
export function hashedAnswer(lookupSecret: Uint8Array, id: string, answer: string): string {
  return createHmac('sha256', keyFor('captcha', lookupSecret)).update(`${id}\0${answer}`).digest('base64url');
}

/** The key that challenges are signed with, as a text. */
export function challengeKey(lookupSecret: Uint8Array): string {
  return keyFor('challenge', lookupSecret).toString('hex');
}
