import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { MessageStore } from './message-store.ts';

/**
 * The states of messages, in their rows of the outbox table (message-item.ts).
 *
 * | attribute | | |
 * |---|---|---|
 * | `state` | | `waiting`, `sending`, or the end |
 * | `claimed_by`, `claimed_until` | | the claim, and until when it lasts (milliseconds since 1970) |
 * | `claims` | | claims that were not released; if more than one, an earlier delivery did not finish |
 * | `settled_at` | | when it ended (ISO 8601) |
 *
 * Each operation is one conditional write. The SDK's retry after a lost answer recognises its own claim.
 */
export function dynamoMessageStore(
  { OUTBOX_TABLE: table }: Pick<Settings, 'OUTBOX_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): MessageStore {
  const update = (id: string, change: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName' | 'Key'>) =>
    new UpdateCommand({ TableName: table, Key: { id }, ExpressionAttributeNames: { '#state': 'state' }, ...change });

  return {
    async claim({ id, by, now, until }) {
      const claimed = (claims: unknown) => (claims === 1 ? 'claimed' : 'claimed-again');
      const command = update(id, {
        UpdateExpression: 'SET #state = :sending, claimed_by = :by, claimed_until = :until ADD claims :one',
        ConditionExpression: '#state = :waiting OR (#state = :sending AND claimed_until <= :now)',
        ExpressionAttributeValues: {
          ...{ ':sending': 'sending', ':waiting': 'waiting', ':by': by, ':one': 1 },
          ...{ ':now': now.getTime(), ':until': until.getTime() },
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const { done, found } = await conditional(client.send(command));
      if (done) return claimed(done.Attributes?.['claims']);
      if (found?.['state'] !== 'sending') return 'settled';
      return found['claimed_by'] === by ? claimed(found['claims']) : 'held';
    },

    async release({ id, by }) {
      const command = update(id, {
        UpdateExpression: 'SET #state = :waiting REMOVE claimed_by, claimed_until ADD claims :less',
        ConditionExpression: '#state = :sending AND claimed_by = :by',
        ExpressionAttributeValues: { ':sending': 'sending', ':waiting': 'waiting', ':by': by, ':less': -1 },
      });
      await conditional(client.send(command));
    },

    async settle({ id, by }, end, at) {
      const command = update(id, {
        UpdateExpression: 'SET #state = :end, settled_at = :at REMOVE #to, #values, secret_ref, secret_ends_at',
        ConditionExpression: 'claimed_by = :by',
        ExpressionAttributeNames: { '#state': 'state', '#to': 'to', '#values': 'values' },
        ExpressionAttributeValues: { ':end': end, ':at': at.toISOString(), ':by': by },
      });
      return (await conditional(client.send(command))).done ? 'settled' : 'lost';
    },
  };
}
