import { array, nullable, object, string } from 'valibot';
import type { Entry } from './entry.ts';

const entryView = object({
  id: string(),
  type: string(),
  at: string(),
  user: string(),
  actor: nullable(string()),
  via: nullable(string()),
  about: nullable(string()),
  fields: array(string()),
  session: nullable(string()),
  device: nullable(string()),
  address_hash: nullable(string()),
  request_id: nullable(string()),
});

/** Entries of the audit trail as the API shows them: ids and names of fields, no names, addresses or values. */
export const auditEntriesView = array(entryView);
export const auditView = object({ results: auditEntriesView, next: nullable(string()) });

/**
 * The view of entries. `known` are the ids of the users whose requests the reader may see: everybody's if it is
 * undefined. The reader sees that another user acted, and who. They do not see the device, the session and the address of
 * that user.
 */
export function viewEntries(entries: readonly Entry[], known?: readonly string[]) {
  return entries.map((entry) => viewEntry(entry, known !== undefined && entry.actorId !== undefined && !known.includes(entry.actorId)));
}

/** The users whose requests a reader sees in the entries about a user: the user's and their own, and a superuser everybody's. */
export function knownTo(reader: { readonly id: string; readonly isSuperuser: boolean }, userId: string): readonly string[] | undefined {
  if (reader.id === userId) return [userId];
  return reader.isSuperuser ? undefined : [userId, reader.id];
}

function viewEntry({ id, type, at, userId, actorId, via, about, fields = [], ...request }: Entry, isOthers: boolean) {
  const { sid, device, addressHash, requestId }: Partial<Entry> = isOthers ? {} : request;
  return {
    id,
    type,
    at: at.toISOString(),
    user: userId,
    actor: actorId ?? null,
    via: via ?? null,
    about: about ?? null,
    fields: [...fields],
    session: sid ?? null,
    device: device ?? null,
    address_hash: addressHash ?? null,
    request_id: requestId ?? null,
  };
}
