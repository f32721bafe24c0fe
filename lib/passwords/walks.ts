/** The keys of a US keyboard. A key lies above the one of the same column and the one to its left. */
const rows = ['`1234567890-=', '\tqwertyuiop[]\\', "\tasdfghjkl;'", '\tzxcvbnm,./'];
const [shifted, plain] = ['~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./"];
const keys = new Map(rows.flatMap((row, y) => [...row].map((key, x) => [key, { x, y }] as const)));
const keyOf = (character: string) => keys.get(plain[shifted.indexOf(character)] ?? character);

/**
 * The last position of the walk that begins at each character. A walk goes along an alphabet, the digits or a keyboard, in
 * any direction, or stays in its place.
 */
export function walksOf(characters: readonly string[]): number[] {
  const ends: number[] = [];
  for (let at = characters.length - 1; at >= 0; at -= 1)
    ends[at] = isStep(characters[at] ?? '', characters[at + 1] ?? '') ? (ends[at + 1] ?? at) : at;
  return ends;
}

function isStep(one: string, next: string): boolean {
  if (Math.abs((one.codePointAt(0) ?? 0) - (next.codePointAt(0) ?? -9)) <= 1) return true;
  const [from, to] = [keyOf(one), keyOf(next)];
  if (!from || !to) return false;
  const [right, down] = [to.x - from.x, to.y - from.y];
  return down === 0 ? Math.abs(right) === 1 : Math.abs(down) === 1 && (right === 0 || right === -down);
}
