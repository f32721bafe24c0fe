import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { transact } from '#lib/aws/transact.ts';
import { messageItem } from '#lib/messages/message-item.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import { toItem } from '#lib/sessions/session-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { longestLeewaySeconds } from '#lib/settings/rules.ts';
import type { PasswordChange, PasswordStore } from './password-store.ts';

type Tables = Pick<Settings, 'USERS_TABLE' | 'SESSIONS_TABLE' | 'TOKEN_BLACKLIST_TABLE' | 'OUTBOX_TABLE'>;

/**
 * Passwords in DynamoDB; the rows are those of the user store and the session store.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | change | 1 TransactWrite: user, event, notice; session written anew; where it gets another name, a row deleted and its `sid` blacklisted | 2 writes an item, 2 an index entry |
 */
export function dynamoPasswordStore(tables: Tables, client: DynamoDBDocumentClient = dynamo()): PasswordStore {
  return {
    async change({ user, hash, session, event, news = [] }) {
      const row = {
        Update: {
          TableName: tables.USERS_TABLE,
          Key: { id: user.id },
          UpdateExpression: 'SET password = :hash, token_epoch = :next',
          ConditionExpression: 'password = :old AND token_epoch = :epoch',
          ExpressionAttributeValues: { ':hash': hash, ':old': user.password, ':epoch': user.tokenEpoch, ':next': user.tokenEpoch + 1 },
        },
      };
      const told = [eventItem(event), ...news.map(messageItem)].map((Item) => ({ Put: { TableName: tables.OUTBOX_TABLE, Item } }));
      const writes = [row, ...told, ...(session ? sessionItems(tables, session) : [])];
      const [obstacle = 'changed'] = await transact(
        client,
        event.id,
        writes.map((write) => ({ ...write, unmet: 'changed-meanwhile' as const })),
      );
      return obstacle;
    },
  };
}

/** The row is found by what a refresh or another change moves on, so that none of them is undone. */
function sessionItems({ SESSIONS_TABLE, TOKEN_BLACKLIST_TABLE }: Tables, { found, next }: NonNullable<PasswordChange['session']>) {
  const asFound = {
    ConditionExpression: 'generation = :generation AND jti = :jti',
    ExpressionAttributeValues: { ':generation': found.generation, ':jti': found.jti },
  };
  if (found.sid === next.sid) return [{ Put: { TableName: SESSIONS_TABLE, Item: toItem(next), ...asFound } }];
  const key = { user_id: found.userId, sid: found.sid };
  return [
    { Delete: { TableName: SESSIONS_TABLE, Key: key, ...asFound } },
    { Put: { TableName: SESSIONS_TABLE, Item: toItem(next), ConditionExpression: 'attribute_not_exists(sid)' } },
    { Put: { TableName: TOKEN_BLACKLIST_TABLE, Item: { id: found.sid, expires_at: found.endsAt + longestLeewaySeconds } } },
  ];
}
