import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { readRows } from '#lib/aws/read-rows.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { CounterStore } from './counter-store.ts';

/**
 * Counters in the short-lived table.
 *
 * | attribute | | |
 * |---|---|---|
 * | `key` | key | `throttle#<limit>#<HMAC of the subject>#<window>` |
 * | `count` | | tries in this window |
 * | `expires_at` | TTL | when the next window ends, in seconds since 1970 |
 *
 * The window is part of the key, so an expired item that is still there is never read. Each change is 1 write, also if it
 * is refused; `counts` is 1 read for each key.
 */
export function dynamoCounterStore(
  { SHORT_LIVED_TABLE: table }: Pick<Settings, 'SHORT_LIVED_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): CounterStore {
  return {
    async add(key, max, expiresAtSeconds) {
      const command = new UpdateCommand({
        TableName: table,
        Key: { key },
        UpdateExpression: 'ADD #count :one SET expires_at = :end',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :max',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': 1, ':max': max, ':end': expiresAtSeconds },
        ReturnValues: 'UPDATED_NEW',
      });
      const { done } = await conditional(client.send(command));
      return done ? (done.Attributes?.['count'] as number) : 'full';
    },

    async counts(keys) {
      const rows = await readRows(client, { [table]: [...new Set(keys)].map((key) => ({ key })) });
      return new Map((rows[table] ?? []).map(({ key, count }) => [String(key), Number(count)] as const));
    },

    async giveBack(key) {
      const command = new UpdateCommand({
        TableName: table,
        Key: { key },
        UpdateExpression: 'ADD #count :one',
        ConditionExpression: '#count > :none',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': -1, ':none': 0 },
      });
      await conditional(client.send(command));
    },

    async clear(key) {
      await client.send(new DeleteCommand({ TableName: table, Key: { key } }));
    },
  };
}
