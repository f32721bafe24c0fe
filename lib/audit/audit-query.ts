import * as v from 'valibot';
import { instant, line, optionalWhole } from '#lib/http/fields.ts';
import { unsupportedQuery } from '#lib/http/read-query.ts';
import { auditedTypes } from '#lib/outbox/event-types.ts';
import type { AuditQuery } from './audit-store.ts';

const filters = {
  type: v.optional(v.picklist(auditedTypes, `not_a_choice:choices=${auditedTypes.join(' / ')}`)),
  since: v.optional(instant),
  until: v.optional(instant),
  limit: optionalWhole(1, 100),
  cursor: v.optional(v.string()),
};

/** The query of one user's entries. `since` is included, `until` is not. */
export const ownAuditQuery = v.object(filters);
/** The query of all entries. At most one of `user` and `actor` can be given. */
export const auditQuery = v.object({ user: v.optional(line(255)), actor: v.optional(line(255)), ...filters });

export type AuditWish = v.InferOutput<typeof auditQuery>;

/** How far back a list of everyone goes if the query has no `since`. */
export const usualDays = 30;

/** The query of the store for a query of a client. Throws `unsupported_query` for `user` with `actor`. */
export function auditQueryOf({ user, actor, type, since, until }: AuditWish, now: Date): AuditQuery {
  if (user !== undefined && actor !== undefined) throw unsupportedQuery(auditQuery);
  if (user !== undefined) return { of: 'user', id: user, type, since, until };
  if (actor !== undefined) return { of: 'actor', id: actor, type, since, until };
  const end = until ?? new Date(now.getTime() + 1);
  return { of: 'everyone', type, since: since ?? new Date(end.getTime() - usualDays * 86_400_000), until: end };
}
