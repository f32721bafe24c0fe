import { openCursor, sealCursor } from '#lib/cursor.ts';
import { epochSeconds } from '#lib/duration.ts';
import { makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { Problem } from '#lib/problem.ts';
import type { DirectoryQuery, DirectoryStore } from './directory-store.ts';
import { type ListWish, meaningOf } from './list-query.ts';
import type { User } from './user.ts';

type Needs = {
  readonly directory: DirectoryStore;
  /** The secret from which the key of cursors derives. */
  readonly lookupSecret: ReadLookupSecrets;
  readonly region: string;
  readonly now: () => Date;
};
type UserList = { readonly users: readonly User[]; readonly next: string | null };

const usualLimit = 20;

/**
 * Returns one page of users. Throws `unsupported_query` and `validation_failed` for an invalid query, and
 * `invalid_cursor` for a cursor of another query or service. The limit may differ from page to page.
 */
export async function listUsers({ directory, lookupSecret, region, now }: Needs, wish: ListWish): Promise<UserList> {
  const meaning = meaningOf(wish, region);
  if (meaning === 'none') return { users: [], next: null };
  if ('owner' in meaning) {
    const user = await directory.owner(meaning.owner);
    return { users: user ? [user] : [], next: null };
  }
  const { query } = meaning;
  const after = wish.cursor === undefined ? undefined : openCursor(await lookupSecret(), textOf(query), wish.cursor);
  if (wish.cursor !== undefined && after === undefined) throw new Problem('invalid_cursor');
  const { users, next } = await directory.page(query, { limit: wish.limit ?? usualLimit, after });
  if (next === undefined) return { users, next: null };
  return { users, next: sealCursor(makingSecret(await lookupSecret(), epochSeconds(now())), textOf(query), next) };
}

/** A text that is the same for equal queries only. */
const textOf = (query: DirectoryQuery) => JSON.stringify(Object.entries(query).sort(([one], [other]) => (one < other ? -1 : 1)));
