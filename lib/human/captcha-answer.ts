/**
 * What pictures are made of: nothing that could be taken for another in either case, bent, or with a line across it. So neither 0 O D Q, 1 I L, 2 Z, 4, 5 S,
 * 6 G, 8 B nor 9; and of A and H, E and F, M and N, P and R, U and V, X and Y only the first.
 */
export const alphabet = 'ACEJKMPTUWX37';

const answerLength = 5;

/** A new answer: 13⁵, so that a guess, of which there is one a picture, is right once in 371,293 times. `random` is at least 0 and below 1. */
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
