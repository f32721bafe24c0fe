import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { now } from '#lib/clock.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { fromItem, type UserItem } from '#lib/users/user-item.ts';
import type { Cursor, UserScan } from './user-scan.ts';

/**
 * Everybody in DynamoDB, read consistently, so that who joined a moment ago is there too.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | page | 1 Scan of a segment, up to 1 MB | 1 read per 4 kB: about 0.18 a user, 256 a full page |
 * | roughCount | 1 DescribeTable, which DynamoDB counts every six hours | – |
 */
export function dynamoUserScan(tables: Pick<Settings, 'USERS_TABLE'>, client: DynamoDBDocumentClient = dynamo()): UserScan {
  return {
    async page({ number, of }, after) {
      const answer = await client.send(
        new ScanCommand({
          TableName: tables.USERS_TABLE,
          Segment: number,
          TotalSegments: of,
          ExclusiveStartKey: after,
          ConsistentRead: true,
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
      return {
        users: (answer.Items ?? []).map((item) => fromItem(item as UserItem, now())),
        units: answer.ConsumedCapacity?.CapacityUnits ?? 0,
        next: answer.LastEvaluatedKey as Cursor | undefined,
      };
    },

    async roughCount() {
      try {
        return (await client.send(new DescribeTableCommand({ TableName: tables.USERS_TABLE }))).Table?.ItemCount;
      } catch (error) {
        if ((error as Error).name === 'AccessDeniedException') return undefined;
        throw error;
      }
    },
  };
}
