import { createHash } from 'node:crypto';
import type { IdentifierKind } from '#lib/names/identifier.ts';
import type { User } from './user.ts';

/** Whether a user is let in, as lists tell them apart. */
export type UserState = 'active' | 'suspended';
export const userStates: readonly UserState[] = ['active', 'suspended'];

/**
 * The shards that the users of a state are spread over. All who register at one moment are written side by side, at
 * about 1,000 a second in each.
 */
export const shards: readonly number[] = [0, 1, 2, 3];

/** A name that can be searched: the person's name, or an identifier. */
export type SearchedName = IdentifierKind | 'name';

/**
 * The fewest characters to search the beginning of a name by: as many as its index is partitioned by. One character is
 * a family name in Chinese. Five characters of a mobile number are its country and, if millions share that, a first
 * digit or two.
 */
export const shortestPrefix: Readonly<Record<SearchedName, number>> = { username: 2, email: 2, mobile: 5, name: 1 };

/** The partition of a list: its state and shard. */
export function shelf(state: UserState, shard: number): string {
  return `${state}#${shard}`;
}

export function shelfOf(id: string, state: UserState): string {
  return shelf(state, (createHash('sha256').update(id).digest()[0] ?? 0) % shards.length);
}

/** The position of a user in the list by date: the instant, then the id if two users share the instant. */
export function joinedKey({ id, dateJoined }: Pick<User, 'id' | 'dateJoined'>): string {
  return `${dateJoined.toISOString()}#${id}`;
}

/** The beginning of a name, which its index is partitioned by. */
export function startOf(kind: SearchedName, key: string): string {
  return [...key].slice(0, shortestPrefix[kind]).join('');
}

/**
 * The most characters of a key that an index is searched by: DynamoDB takes 1,024 bytes, and one character can be
 * eighteen once it is normalised.
 */
export const longestKey = 256;

/** A person's name as it is searched: NFKC, lower case, single spaces, and cut if it is very long then. */
export function nameKey(name: string): string {
  const key = name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim() || name;
  return [...key].slice(0, longestKey).join('');
}
