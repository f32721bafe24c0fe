import { dynamoAuditStore } from '#lib/audit/audit-store.dynamo.ts';
import type { AuditQuery } from '#lib/audit/audit-store.ts';
import type { Entry } from '#lib/audit/entry.ts';
import { uuidv7 } from '#lib/ids.ts';
import { everyone } from '#lib/outbox/event.ts';
import { dynamoEventStore } from '#lib/outbox/event-store.dynamo.ts';
import type { StageTables } from '../stage/stage-tables.ts';

type Asked = { readonly query: AuditQuery; readonly fields: readonly string[]; readonly most: number };

/** Passes at most so many entries to `take`, newest first, page by page. Reading is an event, which is written first. */
export async function everyEntry(
  { settings, client }: StageTables,
  { query, fields, most }: Asked,
  take: (entries: readonly Entry[]) => void,
): Promise<{ readonly isMore: boolean }> {
  const at = new Date();
  const userId = query.of === 'everyone' ? everyone : query.id;
  await dynamoEventStore(settings, client).add({ id: uuidv7(at), type: 'audit_read', userId, at, fields });
  const audit = dynamoAuditStore(settings, client);
  let [left, after]: [number, string | undefined] = [most, undefined];
  do {
    const { entries, next } = await audit.page(query, { limit: Math.min(100, left), after });
    take(entries);
    left -= entries.length;
    after = next;
  } while (after !== undefined && left > 0);
  return { isMore: after !== undefined };
}
