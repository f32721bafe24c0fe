import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { CounterStore } from './counter-store.ts';

/**
 * Counters in the cache table.
 *
 * | attribute | | |
 * |---|---|---|
 * | `key` | key | `throttle#<limit>#<HMAC of the subject>#<window>` |
 * | `count` | | tries in this window |
 * | `expires_at` | TTL | when the window ends, in seconds since 1970 |
 *
 * The window is part of the key, so an expired item that is still there is never read. Each operation is 1 write,
 * also if it is refused.
 */
export function dynamoCounterStore(
  { CACHE_TABLE: table }: Pick<Settings, 'CACHE_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): CounterStore {
  return {
    async add(key, max, expiresAtSeconds) {
      try {
        const { Attributes } = await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { key },
            UpdateExpression: 'ADD #count :one SET expires_at = :end',
            ConditionExpression: 'attribute_not_exists(#count) OR #count < :max',
            ExpressionAttributeNames: { '#count': 'count' },
            ExpressionAttributeValues: { ':one': 1, ':max': max, ':end': expiresAtSeconds },
            ReturnValues: 'UPDATED_NEW',
          }),
        );
        return Attributes?.['count'] as number;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'full';
        throw error;
      }
    },

    async giveBack(key) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { key },
            UpdateExpression: 'ADD #count :one',
            ConditionExpression: '#count > :none',
            ExpressionAttributeNames: { '#count': 'count' },
            ExpressionAttributeValues: { ':one': -1, ':none': 0 },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async clear(key) {
      await client.send(new DeleteCommand({ TableName: table, Key: { key } }));
    },
  };
}
