import { randomBytes } from 'node:crypto';

/** Whether a text is the name of a picture: 32 hexadecimal digits and `.webp`, nothing around them. */
export function isPictureName(text: string): boolean {
  return /^[0-9a-f]{32}\.webp$/.test(text);
}

/** A name nobody can guess and no other picture has: 128 random bits. */
export function newPictureName(): string {
  return `${randomBytes(16).toString('hex')}.webp`;
}
