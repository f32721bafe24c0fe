import { type RowOf, rowReader } from '#lib/stored-row.ts';
import type { Code, CodeProof } from './code.ts';

const attributes = {
  key: 'string',
  ref: 'string',
  user_id: 'string?',
  token_epoch: 'number?',
  digits_until: 'number',
  tries: 'number?',
  spent_by: 'string?',
  expires_at: 'number',
} as const;

/**
 * The row of a code in the short-lived table. A newer one of the same purpose and target replaces it. Digits and links have rows of their own.
 *
 * | attribute | | |
 * |---|---|---|
 * | `key` | key | digits: `code#<purpose>-digits#<HMAC of the target, with the id of the signed-in user who asked>`; a link: `code#reset#<HMAC of the target, or of the user>` |
 * | `ref` | | 128 random bits; with the lookup secret they give the digits and the link |
 * | `user_id`, `token_epoch` | | the user it is for, and the user's epoch then; absent if there is no such user |
 * | `digits_until` | | until when the six digits are accepted, in seconds since 1970; 0 for a link |
 * | `tries` | | how many times digits were compared with it; absent before the first |
 * | `spent_by` | | the request that spent it |
 * | `expires_at` | TTL | until when the digits or the link are accepted, in seconds since 1970 |
 */
export type CodeItem = RowOf<typeof attributes>;

const read = rowReader('codes', ['key'], attributes);

/** The row of a code. */
export function toItem({ key, ref, userId, epoch, digitsUntil, expiresAt }: Code): CodeItem {
  return {
    key,
    ref,
    ...(userId !== undefined && { user_id: userId }),
    ...(epoch !== undefined && { token_epoch: epoch }),
    digits_until: digitsUntil,
    expires_at: expiresAt,
  };
}

/** The row in place of a code that `code` replaces under another name. It is spent, so it accepts nothing. */
export const voidItem = (key: string, { ref, expiresAt }: Code): CodeItem => ({
  ...{ key, ref, digits_until: 0, expires_at: expiresAt },
  spent_by: 'a newer code',
});

export function fromItem(row: Readonly<Record<string, unknown>>): Code {
  const item = read(row);
  return {
    key: item.key,
    ref: item.ref,
    userId: item.user_id,
    epoch: item.token_epoch,
    digitsUntil: item.digits_until,
    expiresAt: item.expires_at,
    isSpent: item.spent_by !== undefined,
  };
}

/**
 * The update that spends a code, alone or in the transaction of the change it allows. It succeeds if the code is the
 * proved one, unspent and not expired, or if this same request has spent it and the answer was lost.
 */
export function spending(table: string, { key, ref, until }: CodeProof, by: string, nowSeconds: number) {
  return {
    TableName: table,
    Key: { key },
    UpdateExpression: 'SET spent_by = :by',
    ConditionExpression: '#ref = :ref AND #until > :now AND (attribute_not_exists(spent_by) OR spent_by = :by)',
    ExpressionAttributeNames: { '#ref': 'ref', '#until': until },
    ExpressionAttributeValues: { ':by': by, ':ref': ref, ':now': nowSeconds },
  };
}
