import { type RowOf, rowReader } from '#lib/stored-row.ts';
import type { Session } from './session.ts';

const attributes = {
  user_id: 'string',
  sid: 'string',
  generation: 'number',
  jti: 'string',
  epoch: 'number',
  rotated_at: 'number',
  request_id: 'string',
  parent: 'number?',
  rotated_by: 'string?',
  idle_seconds: 'number',
  is_remembered: 'boolean?',
  is_adopted: 'boolean?',
  expires_at: 'number',
  ends_at: 'number',
  opened_at: 'number',
  device: 'string',
  address: 'string',
} as const;

/** The attributes of a session's row, as `session-store.dynamo.ts` documents them. */
export type SessionItem = RowOf<typeof attributes>;

const read = rowReader('sessions', ['user_id', 'sid'], attributes);

/** The row of a session. */
export function toItem(session: Session): SessionItem {
  return {
    user_id: session.userId,
    sid: session.sid,
    generation: session.generation,
    jti: session.jti,
    epoch: session.epoch,
    rotated_at: session.rotatedAtMs,
    request_id: session.requestId,
    parent: session.parent,
    rotated_by: session.rotatedBy,
    idle_seconds: session.idleSeconds,
    is_remembered: session.isRemembered,
    ...(session.isAdopted && { is_adopted: true }),
    expires_at: session.expiresAt,
    ends_at: session.endsAt,
    opened_at: session.openedAt,
    device: session.device,
    address: session.address,
  };
}

export function fromItem(row: Readonly<Record<string, unknown>>): Session {
  const item = read(row);
  return {
    userId: item.user_id,
    sid: item.sid,
    generation: item.generation,
    jti: item.jti,
    epoch: item.epoch,
    rotatedAtMs: item.rotated_at,
    requestId: item.request_id,
    parent: item.parent ?? item.generation - 1, // a row from before sessions forked
    rotatedBy: item.rotated_by ?? '',
    idleSeconds: item.idle_seconds,
    isRemembered: item.is_remembered ?? false,
    ...(item.is_adopted && { isAdopted: true }),
    expiresAt: item.expires_at,
    endsAt: item.ends_at,
    openedAt: item.opened_at,
    device: item.device,
    address: item.address,
  };
}
