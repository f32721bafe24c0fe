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
 * Deletes the rows of a user that meet a condition, found by a consistent query, page by page and ten at a time. Each is judged once more
 * when it is deleted, so that one written anew in between stays. What is done when this throws stays done.
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
        FilterExpression: condition,
        ProjectionExpression: '#place',
        ExpressionAttributeNames: { ...names, '#place': sortKey },
        ExpressionAttributeValues: { ...values, ':user': userId },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    for (const some of batches(Items, 10)) await Promise.all(some.map((item) => conditional(client.send(deletion(item[sortKey])))));
    from = LastEvaluatedKey;
  } while (from);
}
