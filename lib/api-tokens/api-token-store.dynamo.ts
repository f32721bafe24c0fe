import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clearRows } from '#lib/aws/clear-rows.ts';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { readRows } from '#lib/aws/read-rows.ts';
import { transact } from '#lib/aws/transact.ts';
import { now } from '#lib/clock.ts';
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

  return {
    async add(token, event, now) {
      const place = {
        TableName: tables.API_TOKENS_TABLE,
        Item: toItem(token),
        ConditionExpression: 'attribute_not_exists(place) OR epoch < :epoch OR expires_at <= :now',
        ExpressionAttributeValues: { ':epoch': token.epoch, ':now': epochSeconds(now) },
      };
      const news = { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) };
      const [obstacle = 'added'] = await transact(client, event.id, [{ Put: place, unmet: 'taken' }, { Put: news }]);
      return obstacle;
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
          isActive: isLetIn(user as UserItem, now()),
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
      const [obstacle = 'removed'] = await transact(client, event.id, [{ Delete: row, unmet: 'absent' }, { Put: news }]);
      return obstacle;
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
      await conditional(client.send(command, { abortSignal: AbortSignal.timeout(noteMs) }));
    },
  };
}
