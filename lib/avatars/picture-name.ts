import { randomBytes } from 'node:crypto';

/** Whether a text is exactly the name of a picture: 32 hexadecimal digits and `.webp`. */
export function isPictureName(text: string): boolean {
  return /^[0-9a-f]{32}\.webp$/.test(text);
}

/** A new name of 128 random bits, which cannot be guessed. */
export function newPictureName(): string {
  return `${randomBytes(16).toString('hex')}.webp`;
}
