import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { eventItem } from './event-item.ts';
import type { EventStore } from './event-store.ts';

/**
 * Events in the outbox table: `eventItem` has the attributes.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | add | 1 conditional Put | 1 write |
 */
export function dynamoEventStore(
  { OUTBOX_TABLE: TableName }: Pick<Settings, 'OUTBOX_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): EventStore {
  return {
    async add(event) {
      const command = new PutCommand({ TableName, Item: eventItem(event), ConditionExpression: 'attribute_not_exists(id)' });
      await conditional(client.send(command));
    },
  };
}
