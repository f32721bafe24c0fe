import { type Entry, placeOf } from './entry.ts';

/** The entries that one query of a partition found, newest first. `read` is the place it has read down to; undefined at the end. */
export type Part = { readonly entries: readonly Entry[]; readonly read: string | undefined };

/**
 * The largest string below a place. Places end with a hexadecimal digit, and `~` sorts after all of them, so no place
 * lies between the two.
 */
export function justBefore(place: string): string {
  return `${place.slice(0, -1)}${String.fromCharCode(place.charCodeAt(place.length - 1) - 1)}~`;
}

/** The day in UTC that a place lies in. */
export const dayOf = (place: string) => place.slice(0, 10);

/** The place after everything of the day before. */
export function dayBefore(day: string): string {
  return `${new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)}T~`;
}

/**
 * One page of several partitions that were queried at once. Entries below the place that some partition has read down
 * to wait for the next page, because that partition may have entries between them.
 */
export function merged(parts: readonly Part[], limit: number): { readonly entries: readonly Entry[]; readonly next: string | undefined } {
  const horizon = parts.reduce<string | undefined>(
    (most, { read }) => (read !== undefined && (most ?? '') < read ? read : most),
    undefined,
  );
  const known = parts
    .flatMap(({ entries }) => entries)
    .filter((entry) => horizon === undefined || placeOf(entry) >= horizon)
    .sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1));
  const last = known[limit - 1];
  if (known.length > limit && last) return { entries: known.slice(0, limit), next: placeOf(last) };
  return { entries: known, next: horizon };
}
