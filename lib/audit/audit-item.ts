import { createHash } from 'node:crypto';
import { epochSeconds } from '#lib/duration.ts';
import type { EventType } from '#lib/outbox/event-types.ts';
import { rowReader } from '#lib/stored-row.ts';
import { type Entry, placeOf } from './entry.ts';

/** The shards of a day: each takes about 1,000 rows a second. */
export const shards: readonly number[] = [0, 1, 2, 3];

/** The partition of a day in UTC (`2026-05-01`) and a shard. */
export const dayShard = (day: string, shard: number) => `${day}#${shard}`;

const attributes = {
  id: 'string',
  type: 'string',
  user_id: 'string',
  at_id: 'string',
  actor_id: 'string?',
  sid: 'string?',
  about: 'string?',
  address_hash: 'string?',
  device: 'string?',
  request_id: 'string?',
  via: 'string?',
} as const;
const read = rowReader('the audit trail', ['user_id', 'at_id'], attributes);

/** The row of an entry. `keptSeconds` of 0 keeps it for ever. */
export function toItem(entry: Entry, keptSeconds: number): Record<string, unknown> {
  const { id, type, userId, at, actorId, sid, about, fields, addressHash, device, requestId, via } = entry;
  const shard = (createHash('sha256').update(id).digest()[0] ?? 0) % shards.length;
  return {
    user_id: userId,
    at_id: placeOf(entry),
    day: dayShard(at.toISOString().slice(0, 10), shard),
    id,
    type,
    actor_id: actorId,
    sid,
    about,
    fields: fields && [...fields],
    address_hash: addressHash,
    device,
    request_id: requestId,
    via,
    expires_at: keptSeconds > 0 ? epochSeconds(at) + keptSeconds : undefined,
  };
}

export function fromItem(item: Readonly<Record<string, unknown>>): Entry {
  const row = read(item);
  return {
    id: row.id,
    type: row.type as EventType,
    userId: row.user_id,
    at: new Date(row.at_id.slice(0, row.at_id.indexOf('#'))),
    actorId: row.actor_id,
    sid: row.sid,
    about: row.about,
    fields: Array.isArray(item['fields']) ? item['fields'].map(String) : undefined,
    addressHash: row.address_hash,
    device: row.device,
    requestId: row.request_id,
    via: row.via,
  };
}
