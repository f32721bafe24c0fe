import { randomId } from '#lib/ids.ts';

/** Whether a text is exactly the name of a picture: 32 hexadecimal digits and `.webp`. */
export function isPictureName(text: string): boolean {
  return /^[0-9a-f]{32}\.webp$/.test(text);
}

/** A new name of 128 random bits, which cannot be guessed. */
export function newPictureName(): string {
  return `${randomId()}.webp`;
}
