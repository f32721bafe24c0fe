import { type CancellationReason, ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { isBusy, retriedWhileBusy } from '#lib/aws/patience.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { type CodeItem, fromItem, spending, toItem } from './code-item.ts';
import type { CodeStore } from './code-store.ts';

type Tables = Pick<Settings, 'CACHE_TABLE' | 'OUTBOX_TABLE'>;

/**
 * Codes in the cache table, see `CodeItem`. `code-gap#<HMAC of the target>`: no other code before its `expires_at`.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | send | 1 TransactWrite: gap, code, message | 2 writes an item |
 * | put, spend | 1 write | 1 write |
 * | get | 1 consistent Get | 1 read |
 */
export function dynamoCodeStore({ CACHE_TABLE, OUTBOX_TABLE }: Tables, client: DynamoDBDocumentClient = dynamo()): CodeStore {
  return {
    async send({ code, gap, news, nowSeconds }) {
      const pause = {
        TableName: CACHE_TABLE,
        Item: { key: gap.key, expires_at: gap.untilSeconds },
        ConditionExpression: 'attribute_not_exists(#key) OR expires_at <= :now',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':now': nowSeconds },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      };
      const row = { TableName: CACHE_TABLE, Item: toItem(code) };
      const told = { TableName: OUTBOX_TABLE, Item: 'template' in news ? messageItem(news) : eventItem(news) };
      const command = new TransactWriteCommand({
        TransactItems: [{ Put: pause }, { Put: row }, { Put: told }],
        ClientRequestToken: news.id, // otherwise the SDK's retry after a lost answer would run into its own pause
      });
      return await retriedWhileBusy(async () => {
        try {
          await client.send(command);
          return 'sent';
        } catch (error) {
          const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
          const [refused] = reasons;
          if (refused?.Code === 'ConditionalCheckFailed') return { retryAfterSeconds: Math.max(1, endOf(refused) - nowSeconds) };
          if (isBusy(reasons)) return 'busy';
          throw error;
        }
      });
    },

    async put(code) {
      await client.send(new PutCommand({ TableName: CACHE_TABLE, Item: toItem(code) }));
    },

    async get(key) {
      const { Item } = await client.send(new GetCommand({ TableName: CACHE_TABLE, Key: { key }, ConsistentRead: true }));
      return Item && fromItem(Item as CodeItem);
    },

    async spend(proof, by, nowSeconds) {
      try {
        await client.send(new UpdateCommand(spending(CACHE_TABLE, proof, by, nowSeconds)));
        return 'spent';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'gone';
        throw error;
      }
    },
  };
}

/** When the pause in the way ends, in seconds since 1970. The document client leaves the row in wire form. */
function endOf({ Item: item }: CancellationReason): number {
  return item ? Number(unmarshall(item)['expires_at']) : 0;
}
