import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { clearRows } from '#lib/aws/clear-rows.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { isBusy, retriedWhileBusy } from '#lib/aws/patience.ts';
import { readRows } from '#lib/aws/read-rows.ts';
import { epochSeconds } from '#lib/duration.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { isLetIn, type UserItem } from '#lib/users/user-item.ts';
import { placeOf } from './api-token.ts';
import { type ApiTokenItem, fromItem, toItem } from './api-token-item.ts';
import type { ApiTokenKey, ApiTokenStore } from './api-token-store.ts';

type Tables = Pick<Settings, 'API_TOKENS_TABLE' | 'USERS_TABLE' | 'OUTBOX_TABLE'>;

/** How long a request may wait until its use of the token is recorded, in milliseconds. */
const noteMs = 500;

/**
 * API tokens in DynamoDB: one row a place, about 0.3 kB, at most 256 a user, so one page holds them all.
 *
 * | attribute | | |
 * |---|---|---|
 * | `user_id`, `place` | key | the user, and the first two hex digits of the id |
 * | `id`, `hash`, `name` | | the token, SHA-256 of its text, the name its user gave it |
 * | `epoch` | | the user's token epoch when it was made |
 * | `created_at`, `expires_at` (TTL), `last_used_at` | | seconds; `expires_at` is absent if it does not expire, `last_used_at` may be an hour behind |
 *
 * | operation | calls | units |
 * |---|---|---|
 * | add | 1 TransactWrite: the row, event | 4 writes |
 * | standingOf | 1 BatchGet of the row and the user, consistent | 2 reads |
 * | list | 1 consistent Query | 1 read for 4 kB, about twelve rows |
 * | remove | 1 TransactWrite: row deleted, event | 4 writes |
 * | clearAway | 1 consistent Query, then 1 conditional Delete a row, ten at a time | 1 read for 4 kB, 1 write a row |
 * | noteUse | 1 Update | 1 write, also if it is refused |
 */
export function dynamoApiTokenStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): ApiTokenStore {
  const key = (token: ApiTokenKey) => ({ TableName: tables.API_TOKENS_TABLE, Key: { user_id: token.userId, place: placeOf(token) } });

  /** Does a transaction, or says that its first item does not meet its condition. */
  const written = async (input: TransactWriteCommandInput): Promise<'done' | 'unmet' | 'busy'> =>
    await retriedWhileBusy(async () => {
      try {
        await client.send(new TransactWriteCommand(input));
        return 'done';
      } catch (error) {
        const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
        if (reasons[0]?.Code === 'ConditionalCheckFailed') return 'unmet';
        if (isBusy(reasons)) return 'busy';
        throw error;
      }
    });

  return {
    async add(token, event, now) {
      const place = {
        TableName: tables.API_TOKENS_TABLE,
        Item: toItem(token),
        ConditionExpression: 'attribute_not_exists(place) OR epoch < :epoch OR expires_at <= :now',
        ExpressionAttributeValues: { ':epoch': token.epoch, ':now': epochSeconds(now) },
      };
      const news = { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) };
      const outcome = await written({ TransactItems: [{ Put: place }, { Put: news }], ClientRequestToken: event.id });
      return outcome === 'done' ? 'added' : outcome === 'unmet' ? 'taken' : 'busy';
    },

    async standingOf(token) {
      const found = await readRows(client, {
        [tables.API_TOKENS_TABLE]: [key(token).Key],
        [tables.USERS_TABLE]: [{ id: token.userId }],
      });
      const [row] = found[tables.API_TOKENS_TABLE] ?? [];
      const [user] = found[tables.USERS_TABLE] ?? [];
      return {
        token: row?.['id'] === token.id ? fromItem(row as ApiTokenItem) : undefined,
        user: user && {
          isActive: isLetIn(user as UserItem),
          tokenEpoch: user['token_epoch'] as number,
          roles: user['roles'] as string[],
        },
      };
    },

    async list(userId) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tables.API_TOKENS_TABLE,
          KeyConditionExpression: 'user_id = :user',
          ExpressionAttributeValues: { ':user': userId },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => fromItem(item as ApiTokenItem));
    },

    async remove(token, event) {
      const row = { ...key(token), ConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': token.id } };
      const news = { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) };
      const outcome = await written({ TransactItems: [{ Delete: row }, { Put: news }], ClientRequestToken: event.id });
      return outcome === 'done' ? 'removed' : outcome === 'unmet' ? 'absent' : 'busy';
    },

    async clearAway(userId, until) {
      await clearRows(client, {
        table: tables.API_TOKENS_TABLE,
        userId,
        sortKey: 'place',
        condition: 'created_at <= :until',
        values: { ':until': epochSeconds(until) },
      });
    },

    async noteUse(token, at) {
      const command = new UpdateCommand({
        ...key(token),
        UpdateExpression: 'SET last_used_at = :at',
        ConditionExpression: 'id = :id AND (attribute_not_exists(last_used_at) OR last_used_at < :at)',
        ExpressionAttributeValues: { ':id': token.id, ':at': epochSeconds(at) },
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(noteMs) });
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
