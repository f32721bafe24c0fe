import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 22 letters and digits have 131 bits; Django calls a salt of less than 128 bits outdated. */
export const saltLength = 22;

/** A salt with Django's alphabet and length. */
export function newSalt(): string {
  return Array.from({ length: saltLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}
