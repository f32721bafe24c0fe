import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '#lib/aws/dynamo.ts';
import { readRows } from '#lib/aws/read-rows.ts';
import { now } from '#lib/clock.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { fromItem, type UserItem } from './user-item.ts';
import type { UserReader } from './user-reader.ts';

/**
 * Several users in DynamoDB; the rows are those of the user store.
 *
 * | operation | calls | units |
 * |---|---|---|
 * | readUsers | 1 BatchGet, consistent | 1 read a user |
 */
export function dynamoUserReader(tables: Pick<Settings, 'USERS_TABLE'>, client: DynamoDBDocumentClient = dynamo()): UserReader {
  return {
    async readUsers(ids) {
      const keys = [...new Set(ids)].map((id) => ({ id }));
      const { [tables.USERS_TABLE]: rows = [] } = keys.length > 0 ? await readRows(client, { [tables.USERS_TABLE]: keys }) : {};
      return new Map(rows.map((row) => [row['id'] as string, fromItem(row as UserItem, now())]));
    },
  };
}
