/** The longest password, in code points. */
export const longestPassword = 256;

/** A text with full-width letters made narrow (NFKC) and without invisible characters, cut to the length of a password. */
export function folded(text: string): string {
  const visible = text.normalize('NFKC').replace(/\p{Cf}/gu, '');
  return [...visible].slice(0, longestPassword).join('');
}
