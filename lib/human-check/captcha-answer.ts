/**
 * The characters of pictures. No two look alike in either case, bent, or crossed by a line. So there is no 0 O D Q, 1 I
 * L, 2 Z, 4, 5 S, 6 G, 8 B or 9, and only the first of A and H, E and F, M and N, P and R, T and J, U and V, X and K, X
 * and Y.
 */
export const alphabet = 'ACEMPTUWX37';

const answerLength = 5;

/** A new answer, one of 11⁵, so a guess is right once in 161,051 times. `random` is at least 0 and below 1. */
export function newAnswer(random: () => number): string {
  return Array.from({ length: answerLength }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

/** An entered answer in its one spelling: upper case, without spaces, full-width letters made plain. */
export function asAnswer(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/gu, '').toUpperCase();
}

/** The id in its one spelling; undefined if the text is not a UUID (RFC 9562 §4: any case is accepted). */
export function captchaId(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}
