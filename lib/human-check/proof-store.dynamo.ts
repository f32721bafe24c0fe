import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from '#lib/aws/conditional.ts';
import { dynamo } from '#lib/aws/dynamo.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { ProofStore } from './proof-store.ts';

/** Clocks differ, so a spent challenge is remembered for this many seconds after it has expired. */
const marginSeconds = 300;

/**
 * Human checks in the short-lived table.
 *
 * | attribute | | |
 * |---|---|---|
 * | `key` | key | `captcha#<uuid>`, or `challenge#<signature>` of a solved one |
 * | `answer` | | of a picture: HMAC of its answer, bound to the uuid |
 * | `spent_by` | | the request that spent it |
 * | `expires_at` | TTL | seconds since 1970 |
 *
 * Each operation is 1 write, also if it is refused. A challenge costs nothing until it is solved.
 */
export function dynamoProofStore(
  { SHORT_LIVED_TABLE: table }: Pick<Settings, 'SHORT_LIVED_TABLE'>,
  client: DynamoDBDocumentClient = dynamo(),
): ProofStore {
  return {
    async keepAnswer({ id, answer, expiresAt }) {
      await client.send(new PutCommand({ TableName: table, Item: { key: `captcha#${id}`, answer, expires_at: expiresAt } }));
    },

    async spendAnswer(id, { requestId, now }) {
      const command = new UpdateCommand({
        TableName: table,
        Key: { key: `captcha#${id}` },
        UpdateExpression: 'SET spent_by = :request',
        ConditionExpression: 'expires_at > :now AND (attribute_not_exists(spent_by) OR spent_by = :request)',
        ExpressionAttributeValues: { ':request': requestId, ':now': epochSeconds(now) },
        ReturnValues: 'ALL_NEW',
      });
      const { done } = await conditional(client.send(command));
      return done?.Attributes?.['answer'] as string | undefined;
    },

    async spendSolution({ signature, expiresAt }, { requestId }) {
      const command = new UpdateCommand({
        TableName: table,
        Key: { key: `challenge#${signature}` },
        UpdateExpression: 'SET spent_by = :request, expires_at = :end',
        ConditionExpression: 'attribute_not_exists(#key) OR spent_by = :request',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':request': requestId, ':end': expiresAt + marginSeconds },
      });
      const { done } = await conditional(client.send(command));
      return done ? 'spent' : 'spent-before';
    },
  };
}
