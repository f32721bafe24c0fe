/** Text without controls of the bidi algorithm (UAX #9 §2), which can reverse the text after a name. */
export function withoutBidi(typed: string): string {
  return typed.replace(/\p{Bidi_Control}/gu, '');
}
