import { epochSeconds } from '#lib/duration.ts';
import type { LookupSecrets, ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { everyone } from '#lib/outbox/event.ts';
import type { Happening } from '#lib/outbox/read-event.ts';
import type { AuditStore } from './audit-store.ts';
import type { Entry } from './entry.ts';
import { pseudonym } from './pseudonym.ts';

type Needs = {
  readonly audit: Pick<AuditStore, 'put' | 'putUnlessDeleted' | 'clearAway'>;
  readonly lookupSecret: ReadLookupSecrets;
  /** Whether a user's entries stay when the user is deleted. */
  readonly afterDeletion: 'keep' | 'erase';
};

/**
 * Puts an event on record. It can be repeated: the entry has the event's id. With `erase`, the deletion of a user
 * leaves one entry: that of the deletion, without address and device. Entries of earlier events that come late are
 * not written then, so the order in which events are read does not matter.
 */
export async function recordEvent({ audit, lookupSecret, afterDeletion }: Needs, happening: Happening): Promise<void> {
  const entry = entryOf(happening, await lookupSecret());
  if (entry.userId === '') return;
  if (afterDeletion === 'keep' || entry.userId === everyone) return await audit.put(entry);
  if (entry.type !== 'user_deleted') return await audit.putUnlessDeleted(entry);
  await audit.put({ ...entry, addressHash: undefined, device: undefined });
  await audit.clearAway(entry.userId, entry.at, entry.id);
}

function entryOf({ event, request }: Happening, secrets: LookupSecrets): Entry {
  const { picture: _, ...written } = event;
  const { address, device, sid, requestId, via } = request;
  const addressHash = address ? pseudonym(secrets, epochSeconds(event.at), 'address', address) : undefined;
  return { ...written, sid, device, requestId, via, addressHash };
}
