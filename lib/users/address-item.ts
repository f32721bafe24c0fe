import { startOf } from './directory.ts';
import { emailKey } from './email.ts';
import type { Undo } from './undo.ts';

/** A way back from an exchanged address, in a list in the row of its user. */
export type UndoItem = {
  readonly ref: string;
  readonly kind: 'email' | 'mobile';
  readonly before?: string;
  readonly was_verified: boolean;
  readonly expires_at: number;
};

export function toUndoItem({ ref, kind, before, wasVerified, expiresAt }: Undo): UndoItem {
  return { ref, kind, ...(before !== undefined && { before }), was_verified: wasVerified, expires_at: expiresAt };
}

export function fromUndoItem({ ref, kind, before, was_verified: wasVerified, expires_at: expiresAt }: UndoItem): Undo {
  return { ref, kind, before, wasVerified, expiresAt };
}

export const verifiedField = (kind: 'email' | 'mobile') => (kind === 'email' ? 'email_verified' : 'mobile_verified');

/** The part of an update that gives somebody another address, or none; `key` is the name it is in the identifiers table. */
export function shownFields(kind: 'email' | 'mobile', shown: string | undefined, isVerified: boolean) {
  const verified = { ':verified': isVerified && shown !== undefined };
  if (kind === 'email') {
    const key = emailKey(shown ?? '') ?? shown ?? '';
    const set = 'email = :shown, email_key = :key, email_start = :start, email_verified = :verified';
    return { key, set, values: { ...verified, ':shown': shown, ':key': key, ':start': startOf('email', key) } };
  }
  if (shown === undefined) return { key: undefined, set: 'mobile_verified = :verified REMOVE mobile, mobile_start', values: verified };
  const set = 'mobile = :shown, mobile_start = :start, mobile_verified = :verified';
  return { key: shown, set, values: { ...verified, ':shown': shown, ':start': startOf('mobile', shown) } };
}
