import type { Code, Proof } from './code.ts';

/**
 * The row of a code in the cache table. A newer code of the same purpose and target takes its place.
 *
 * | attribute | | |
 * |---|---|---|
 * | `key` | key | `code#<purpose>#<HMAC of the target>` |
 * | `ref` | | 128 random bits the digits and the link are made of, with the lookup secret |
 * | `user_id`, `token_epoch` | | who gets in with it, and their epoch then; absent where there is nobody |
 * | `digits_until` | | until when the six digits are taken, in seconds since 1970 |
 * | `spent_by` | | the request that spent it |
 * | `expires_at` | TTL | until when anything of it is taken, in seconds since 1970 |
 */
export type CodeItem = {
  readonly key: string;
  readonly ref: string;
  readonly user_id?: string;
  readonly token_epoch?: number;
  readonly digits_until: number;
  readonly spent_by?: string;
  readonly expires_at: number;
};

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

export function fromItem(item: CodeItem): Code {
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
 * The update that spends a code, alone or in the transaction of what it is good for. It finds the code as it was proved, unspent and not yet
 * over; or spent by this very request, whose answer was lost.
 */
export function spending(table: string, { key, ref, until }: Proof, by: string, nowSeconds: number) {
  return {
    TableName: table,
    Key: { key },
    UpdateExpression: 'SET spent_by = :by',
    ConditionExpression: '#ref = :ref AND #until > :now AND (attribute_not_exists(spent_by) OR spent_by = :by)',
    ExpressionAttributeNames: { '#ref': 'ref', '#until': until },
    ExpressionAttributeValues: { ':by': by, ':ref': ref, ':now': nowSeconds },
  };
}
