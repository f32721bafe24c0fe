/** As Django's `UserAttributeSimilarityValidator` has it. */
const mostSimilar = 0.7;

/**
 * Whether a password is too similar to a user's value, or to a word of it. The measure is that of Django 5.2: twice the
 * number of characters that both have, in any order, over the sum of the lengths (`SequenceMatcher.quick_ratio`). A number
 * has to be equal: any two of them have most digits in common.
 */
export function isSimilar(password: string, value: string): boolean {
  const [one, whole] = [password.toLowerCase(), value.toLowerCase()];
  if (!/\p{L}/u.test(whole)) return one === whole;
  return [...whole.split(/[^\p{L}\p{N}_]+/u), whole].some((other) => other !== '' && ratio([...one], [...other]) >= mostSimilar);
}

function ratio(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>();
  for (const each of other) left.set(each, (left.get(each) ?? 0) + 1);
  const shared = one.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count > 0;
  });
  return (2 * shared.length) / (one.length + other.length);
}
