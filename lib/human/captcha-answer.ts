/** What pictures are made of: no letter that another could be taken for, drawn askew or in lower case (0 O D Q, 1 I L, 2 Z, 5 S, 6 G C, 8 B, 4 A, U V). */
export const alphabet = 'AEFHJKMNPRTWXY37';

const answerLength = 5;

/** A new answer: 16⁵, so that a guess, of which there is one a picture, is right once in a million. `random` is at least 0 and below 1. */
export function newAnswer(random: () => number): string {
  return Array.from({ length: answerLength }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

/** What was typed, however it was: any case, letters of full width, spaces in between. */
export function asAnswer(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/gu, '').toUpperCase();
}

/** The id in its one spelling, or undefined where it is no UUID (RFC 9562 §4: any case is taken). */
export function captchaId(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}
