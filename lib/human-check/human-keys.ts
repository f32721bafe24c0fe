import { createHmac, hkdfSync } from 'node:crypto';

/** The key of one purpose, derived from the stage's secret (RFC 5869), so no use of one tells about another. */
function keyFor(purpose: string, lookupSecret: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', lookupSecret, '', `gatehouse ${purpose}`, 32));
}

/** The hash of a picture's answer for the table, bound to the picture's id, so no row can answer for another. */
export function hashedAnswer(lookupSecret: Uint8Array, id: string, answer: string): string {
  return createHmac('sha256', keyFor('captcha', lookupSecret)).update(`${id}\0${answer}`).digest('base64url');
}

/** The key that signs challenges, as a text. */
export function challengeKey(lookupSecret: Uint8Array): string {
  return keyFor('challenge', lookupSecret).toString('hex');
}
