import type { CodeTarget } from '#lib/codes/code.ts';
import { emailKey } from '#lib/names/email.ts';
import { startOf } from './directory.ts';
import type { Undo } from './undo.ts';

/** A way to undo the exchange of an address, in a list in the user's row. */
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

/** The update that takes an address from a user who has not proved it themselves, unless they prove it or leave it meanwhile. */
export function dispossession({ kind, value }: CodeTarget) {
  const isEmail = kind === 'email';
  const [verified, vouched] = [verifiedField(kind), vouchedField(kind)];
  return {
    UpdateExpression: isEmail
      ? `SET email = :none, ${verified} = :no, version = version + :one REMOVE email_key, email_start, ${vouched}`
      : `SET ${verified} = :no, version = version + :one REMOVE mobile, mobile_start, ${vouched}`,
    ConditionExpression: `${isEmail ? 'email_key' : 'mobile'} = :address AND (${verified} = :no OR ${vouched} = :yes)`,
    ExpressionAttributeValues: { ':no': false, ':yes': true, ':one': 1, ':address': value, ...(isEmail && { ':none': '' }) },
  };
}

export const verifiedField = (kind: 'email' | 'mobile') => (kind === 'email' ? 'email_verified' : 'mobile_verified');
export const vouchedField = (kind: 'email' | 'mobile') => (kind === 'email' ? 'email_vouched' : 'mobile_vouched');

/** The part of an update that gives a user another address, or none. `key` is the address in the identifiers table. */
export function shownFields(kind: 'email' | 'mobile', shown: string | undefined, isVerified: boolean) {
  const column = { shown: `:${kind}Shown`, key: `:${kind}Key`, start: `:${kind}Start`, verified: `:${kind}Verified` };
  const verified = { [column.verified]: isVerified && shown !== undefined };
  if (kind === 'email') {
    const key = emailKey(shown ?? '') ?? shown ?? '';
    const set = `email = ${column.shown}, email_key = ${column.key}, email_start = ${column.start}, email_verified = ${column.verified}`;
    const values = { ...verified, [column.shown]: shown, [column.key]: key, [column.start]: startOf('email', key) };
    return { key, set, removed: ['email_vouched'], values };
  }
  const mark = `mobile_verified = ${column.verified}`;
  if (shown === undefined) return { key: undefined, set: mark, removed: ['mobile', 'mobile_start', 'mobile_vouched'], values: verified };
  const set = `mobile = ${column.shown}, mobile_start = ${column.start}, ${mark}`;
  return {
    key: shown,
    set,
    removed: ['mobile_vouched'],
    values: { ...verified, [column.shown]: shown, [column.start]: startOf('mobile', shown) },
  };
}
