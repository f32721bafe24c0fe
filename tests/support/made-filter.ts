import { breachDigest } from '#lib/passwords/breach-digest.ts';
import { newFilter } from '#lib/passwords/breached-filter.ts';

/** The file of breached passwords that has these ones. */
export function filterOf(...passwords: readonly string[]): Buffer {
  const filter = newFilter(passwords.length);
  for (const password of passwords) filter.add(breachDigest(password));
  return filter.sealed();
}
