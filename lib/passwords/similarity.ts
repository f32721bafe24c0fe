/** As Django's `UserAttributeSimilarityValidator` has it. */
const mostSimilar = 0.7;

/**
 * Whether a password is as similar to a user's value, or to a word of it, as Django 5.2 refuses: twice the number of
 * characters that both have, in any order, over the sum of their lengths (`difflib.SequenceMatcher.quick_ratio`).
 */
export function isSimilar(password: string, value: string): boolean {
  const [one, whole] = [password.toLowerCase(), value.toLowerCase()];
  return [...whole.split(/[^\p{L}\p{N}_]+/u), whole].some((other) => other !== '' && ratio([...one], [...other]) >= mostSimilar);
}

function ratio(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>();
  for (const each of other) left.set(each, (left.get(each) ?? 0) + 1);
  const common = one.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count > 0;
  });
  return (2 * common.length) / (one.length + other.length);
}
