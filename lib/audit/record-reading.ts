import { uuidv7 } from '#lib/ids.ts';
import type { EventStore } from '#lib/outbox/event-store.ts';

type Needs = { readonly events: EventStore; readonly now: () => Date };

/**
 * Puts on record that somebody reads what is stored about another user (or `everyone`): entries, sessions or all of it.
 * The caller waits for it before anything is read. `fields` are the names of the filters.
 */
export async function recordReading({ events, now }: Needs, userId: string, fields: readonly string[] = []): Promise<void> {
  const at = now();
  await events.add({ id: uuidv7(at), type: 'audit_read', userId, at, fields });
}
