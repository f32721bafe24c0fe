import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { isBusy, retriedWhileBusy } from '#lib/aws/patience.ts';
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
        UpdateExpression: 'SET is_superuser = :yes',
        ConditionExpression: 'is_superuser = :no',
        ExpressionAttributeValues: { ':yes': true, ':no': false },
      };
      const command = new TransactWriteCommand({
        TransactItems: [{ Update: row }, { Put: { TableName: tables.OUTBOX_TABLE, Item: eventItem(event) } }],
        ClientRequestToken: event.id,
      });
      return await retriedWhileBusy(async () => {
        try {
          await client.send(command);
          return 'promoted';
        } catch (error) {
          const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
          if (reasons[0]?.Code === 'ConditionalCheckFailed') return 'already';
          if (isBusy(reasons)) return 'busy';
          throw error;
        }
      });
    },
  };
}
