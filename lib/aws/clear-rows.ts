import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { conditional } from './conditional.ts';
import { batches } from './patience.ts';

/** Rows of one user in a table whose sort key is `sortKey`, as far as they meet a condition with its values. */
type Rows = {
  readonly table: string;
  readonly userId: string;
  readonly sortKey: string;
  readonly condition: string;
  /** Attributes in the condition that are reserved words of DynamoDB, such as `at`. */
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
};

/**
 * Deletes the rows of a user that meet a condition, ten at a time. A consistent query finds the keys of all rows, page by page, and each
 * deletion has the condition: a query cannot filter by its own sort key, and a row that was written again in between stays. Deletions that
 * were made before an error stay made.
 */
export async function clearRows(client: DynamoDBDocumentClient, { table, userId, sortKey, condition, names, values }: Rows): Promise<void> {
  const deletion = (place: unknown) =>
    new DeleteCommand({
      TableName: table,
      Key: { user_id: userId, [sortKey]: place },
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'user_id = :user',
        ProjectionExpression: '#place',
        ExpressionAttributeNames: { '#place': sortKey },
        ExpressionAttributeValues: { ':user': userId },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    for (const some of batches(Items, 10)) await Promise.all(some.map((item) => conditional(client.send(deletion(item[sortKey])))));
    from = LastEvaluatedKey;
  } while (from);
}
