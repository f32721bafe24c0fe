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
 * The view of entries. `reader` is the id of a user who reads their own. They see that another user acted on them, and
 * who. They do not see the device, the session and the address of that user.
 */
export function viewEntries(entries: readonly Entry[], reader?: string) {
  return entries.map((entry) => viewEntry(entry, reader !== undefined && entry.actorId !== undefined && entry.actorId !== reader));
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
