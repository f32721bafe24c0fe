import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { transact } from '#lib/aws/transact.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { type CodeItem, fromItem, spending, toItem, voidItem } from './code-item.ts';
import type { CodeStore } from './code-store.ts';

type Tables = Pick<Settings, 'SHORT_LIVED_TABLE' | 'OUTBOX_TABLE'>;

/**
 * Codes in the short-lived table, see `CodeItem`. `code-gap#<HMAC of what was entered>`: no other code before its `expires_at`.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | send | 1 TransactWrite: gap, code, message; 1 gap and 1 code more for each alias | 2 writes an item |
 * | put, tryDigits, spend | 1 write; `put` 1 more for each alias | 1 write each, also if it is refused |
 * | get | 1 consistent Get | 1 read |
 */
export function dynamoCodeStore({ SHORT_LIVED_TABLE, OUTBOX_TABLE }: Tables, client: DynamoDBDocumentClient = dynamo()): CodeStore {
  return {
    async send({ code, gap, aliases, news, nowSeconds }) {
      const pause = (key: string) => ({
        TableName: SHORT_LIVED_TABLE,
        Item: { key, expires_at: gap.untilSeconds },
        ConditionExpression: 'attribute_not_exists(#key) OR expires_at <= :now',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':now': nowSeconds },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      });
      const row = (item: CodeItem) => ({ TableName: SHORT_LIVED_TABLE, Item: item });
      const told = { TableName: OUTBOX_TABLE, Item: 'template' in news ? messageItem(news) : eventItem(news) };
      const [obstacle = 'sent'] = await transact(client, news.id, [
        ...[gap.key, ...aliases.map((alias) => alias.gap)].map((key) => ({
          Put: pause(key),
          unmet: (found: Readonly<Record<string, unknown>> | undefined) => ({
            retryAfterSeconds: Math.max(1, Number(found?.['expires_at'] ?? 0) - nowSeconds),
          }),
        })),
        { Put: row(toItem(code)) },
        ...aliases.map((alias) => ({ Put: row(voidItem(alias.code, code)) })),
        { Put: told },
      ]);
      return obstacle;
    },

    async put(code, aliases = []) {
      for (const key of aliases) await client.send(new PutCommand({ TableName: SHORT_LIVED_TABLE, Item: voidItem(key, code) }));
      await client.send(new PutCommand({ TableName: SHORT_LIVED_TABLE, Item: toItem(code) }));
    },

    async get(key) {
      const { Item } = await client.send(new GetCommand({ TableName: SHORT_LIVED_TABLE, Key: { key }, ConsistentRead: true }));
      return Item && fromItem(Item);
    },

    async tryDigits(key, most, nowSeconds) {
      const command = new UpdateCommand({
        TableName: SHORT_LIVED_TABLE,
        Key: { key },
        UpdateExpression: 'ADD tries :one',
        ConditionExpression: 'digits_until > :now AND (attribute_not_exists(tries) OR tries < :most)',
        ExpressionAttributeValues: { ':one': 1, ':most': most, ':now': nowSeconds },
        ReturnValues: 'ALL_NEW',
      });
      const { done } = await conditional(client.send(command));
      return done?.Attributes && fromItem(done.Attributes);
    },

    async spend(proof, by, nowSeconds) {
      const { done } = await conditional(client.send(new UpdateCommand(spending(SHORT_LIVED_TABLE, proof, by, nowSeconds))));
      return done ? 'spent' : 'gone';
    },
  };
}
