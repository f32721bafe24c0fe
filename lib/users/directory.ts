import { createHash } from 'node:crypto';
import type { IdentifierKind } from '#lib/names/identifier.ts';
import type { User } from './user.ts';

/** Whether somebody is let in, as the lists tell them apart. */
export type UserState = 'active' | 'suspended';
export const userStates: readonly UserState[] = ['active', 'suspended'];

/** A state's users lie in so many shards, because all who register at one moment are written side by side: about 1,000 a second each. */
export const shards: readonly number[] = [0, 1, 2, 3];

/** What a name is searched by: a person's name, or one of those they sign in with. */
export type SearchedName = IdentifierKind | 'name';

/**
 * How many characters of a name it takes at least to search by its beginning: as many as its index is parted by. One is a family name in
 * Chinese; five of a mobile number are its country and, where millions share that, a first digit or two.
 */
export const shortestPrefix: Readonly<Record<SearchedName, number>> = { username: 2, email: 2, mobile: 5, name: 1 };

/** The shard of a list that somebody is in: by their id, which never changes, and their state. */
export function shelf(state: UserState, shard: number): string {
  return `${state}#${shard}`;
}

export function shelfOf(id: string, state: UserState): string {
  return shelf(state, (createHash('sha256').update(id).digest()[0] ?? 0) % shards.length);
}

/** Where somebody stands in a list by when they joined: the instant, and the id where two share one. */
export function joinedKey({ id, dateJoined }: Pick<User, 'id' | 'dateJoined'>): string {
  return `${dateJoined.toISOString()}#${id}`;
}

/** The beginning that a name's index is parted by. */
export function startOf(kind: SearchedName, key: string): string {
  return [...key].slice(0, shortestPrefix[kind]).join('');
}

/** The most characters of a key that an index is searched by: DynamoDB takes 1,024 bytes, and one character can be eighteen once it is normalised. */
export const longestKey = 256;

/** A person's name as it is searched: NFKC, lower case, one space for several; its beginning where it is very long then. */
export function nameKey(name: string): string {
  const key = name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim() || name;
  return [...key].slice(0, longestKey).join('');
}
