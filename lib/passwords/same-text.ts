import { timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that depends on their lengths only. */
export function isSameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
