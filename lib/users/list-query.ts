import * as v from 'valibot';
import { line, optionalWhole } from '#lib/http/fields.ts';
import { unsupportedQuery } from '#lib/http/read-query.ts';
import { emailStart } from '#lib/names/email.ts';
import { type Identifier, identify } from '#lib/names/identifier.ts';
import { cleanedDigits } from '#lib/names/pasted.ts';
import { usernameStart } from '#lib/names/username.ts';
import { Problem } from '#lib/problem.ts';
import { longestKey, nameKey, type SearchedName, shortestPrefix, userStates } from './directory.ts';
import type { DirectoryQuery } from './directory-store.ts';
import { roleName } from './role.ts';

const filters = {
  identifier: v.optional(line(254)),
  username__startswith: v.optional(line(64)),
  email__startswith: v.optional(line(254)),
  mobile__startswith: v.optional(line(40)),
  name__startswith: v.optional(line(64)),
  role: v.optional(line(64)),
  state: v.optional(v.picklist(userStates, `not_a_choice:choices=${userStates.join(' / ')}`)),
};

/** The query of a list: at most one filter, and the page. The names with `__startswith` are Django's. */
export const listQuery = v.object({ ...filters, limit: optionalWhole(1, 100), cursor: v.optional(v.string()) });

export type ListWish = v.InferOutput<typeof listQuery>;

/**
 * Turns a query into a search; `none` if the value cannot be a name or role. A number is international and may lack its
 * plus, which a query string decodes as a space. Throws `unsupported_query` for two filters, and `validation_failed`
 * for a beginning that is too short.
 */
export function meaningOf(wish: ListWish, region: string): { readonly owner: Identifier } | { readonly query: DirectoryQuery } | 'none' {
  const asked = Object.keys(filters).filter((name) => Object.hasOwn(wish, name) && wish[name as keyof typeof filters] !== undefined);
  const [filter] = asked;
  if (asked.length > 1 || (filter === 'identifier' && wish.cursor !== undefined)) throw unsupportedQuery(listQuery);
  const typed = filter === undefined ? '' : (wish[filter as keyof typeof filters] ?? '');
  if (filter === 'identifier') {
    const owner = identify(typed, region) ?? identify(`+${typed}`, region);
    return owner ? { owner } : 'none';
  }
  if (filter === 'role') {
    const role = roleName(typed);
    return role === undefined ? 'none' : { query: { by: 'role', role } };
  }
  if (filter === undefined || filter === 'state') return { query: { by: 'joined', state: wish.state } };
  const by = filter.replace('__startswith', '') as SearchedName;
  return { query: { by, start: beginning(by, typed) } };
}

/** The typed beginning, normalised as the key of the name is. */
function beginning(by: SearchedName, typed: string): string {
  const spellings = {
    username: usernameStart,
    email: emailStart,
    mobile: (number: string) =>
      cleanedDigits(number)
        .replace(/[\s().-]/g, '')
        .replace(/^(?:00|\+)?/, '+'),
    name: nameKey,
  };
  const start = spellings[by](typed);
  const limit = shortestPrefix[by];
  const field = `${by}__startswith`;
  if (by === 'mobile' && !/^\+\d*$/.test(start))
    throw new Problem('validation_failed', { errors: { [field]: [{ phrase: 'mobile_prefix' }] } });
  if ([...start].length < limit)
    throw new Problem('validation_failed', { errors: { [field]: [{ phrase: 'prefix_too_short', values: { limit } }] } });
  if ([...start].length > longestKey)
    throw new Problem('validation_failed', { errors: { [field]: [{ phrase: 'too_long', values: { limit: longestKey } }] } });
  return start;
}
