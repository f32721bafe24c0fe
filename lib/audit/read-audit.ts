import { openCursor, sealCursor } from '#lib/cursor.ts';
import { epochSeconds } from '#lib/duration.ts';
import { makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { everyone } from '#lib/outbox/event.ts';
import type { EventStore } from '#lib/outbox/event-store.ts';
import { Problem } from '#lib/problem.ts';
import { type AuditWish, auditQueryOf } from './audit-query.ts';
import type { AuditStore } from './audit-store.ts';
import type { Entry } from './entry.ts';
import { recordReading } from './record-reading.ts';

type Needs = {
  readonly audit: Pick<AuditStore, 'page'>;
  readonly events: EventStore;
  /** The secret from which the key of cursors derives. */
  readonly lookupSecret: ReadLookupSecrets;
  readonly now: () => Date;
};
type EntryList = { readonly entries: readonly Entry[]; readonly next: string | null };

const usualLimit = 20;

/**
 * Returns one page of the audit trail, newest first. To read entries about others is an event itself; it is written
 * before anything is read, once for all pages of a list. A cursor is good for its reader and its query only. Throws
 * `unsupported_query` for `user` with `actor`, and `invalid_cursor`.
 */
export async function readAudit(needs: Needs, readerId: string, wish: AuditWish): Promise<EntryList> {
  const now = needs.now();
  const query = auditQueryOf(wish, now);
  const { cursor, limit = usualLimit, ...asked } = wish;
  const secrets = await needs.lookupSecret();
  const opened = cursor === undefined ? undefined : openCursor(secrets, textOf(readerId, asked), cursor);
  if (cursor !== undefined && opened === undefined) throw new Problem('invalid_cursor');
  const [after, since] = opened === undefined ? [] : (JSON.parse(opened) as [string, string?]);
  if (opened === undefined && !(query.of === 'user' && query.id === readerId)) {
    const userId = query.of === 'everyone' ? everyone : query.id;
    const fields = Object.keys(asked).filter((name) => asked[name as keyof typeof asked] !== undefined);
    await recordReading(needs, userId, fields);
  }
  const going = query.of === 'everyone' && since !== undefined ? { ...query, since: new Date(since) } : query;
  const { entries, next } = await needs.audit.page(going, { limit, after });
  const position = next === undefined ? undefined : JSON.stringify(going.since ? [next, going.since.toISOString()] : [next]);
  if (position === undefined) return { entries, next: null };
  return { entries, next: sealCursor(makingSecret(secrets, epochSeconds(now)), textOf(readerId, asked), position) };
}

/** A text that is the same for equal queries of one reader only. */
const textOf = (readerId: string, asked: Omit<AuditWish, 'cursor' | 'limit'>) =>
  JSON.stringify(['audit', readerId, ...Object.entries(asked).sort(([one], [other]) => (one < other ? -1 : 1))]);
