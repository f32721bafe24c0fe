import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { transact } from '#lib/aws/transact.ts';
import { eventItem } from '#lib/outbox/event-item.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { SuperuserStore } from './superuser-store.ts';

/**
 * Superusers in DynamoDB: a flag on the user's row.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | promote | 1 TransactWrite: user, event | 4 writes |
 */
export function dynamoSuperuserStore(
  tables: Pick<Settings, 'USERS_TABLE' | 'OUTBOX_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): SuperuserStore {
  return {
    async promote(id, event) {
      const row = {
        TableName: tables.USERS_TABLE,
        Key: { id },
        UpdateExpression: 'SET is_superuser = :yes, token_epoch = token_epoch + :one',
        ConditionExpression: 'is_superuser = :no',
        ExpressionAttributeValues: { ':yes': true, ':no': false, ':one': 1 },
      };
      const news = { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) };
      const [obstacle = 'promoted'] = await transact(client, event.id, [{ Update: row, unmet: 'already' }, { Put: news }]);
      return obstacle;
    },
  };
}
