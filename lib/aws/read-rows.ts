import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unansweredTables } from './patience.ts';

type Row = Record<string, unknown>;

/** Rows of several tables by their keys, in one consistent read; what DynamoDB leaves out is asked for again, a few times. */
export async function readRows(client: DynamoDBDocumentClient, wanted: Record<string, Row[]>): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {};
  let keys = wanted;
  for (let attempt = 0; Object.keys(keys).length > 0; attempt += 1) {
    const RequestItems = Object.fromEntries(Object.entries(keys).map(([table, Keys]) => [table, { Keys, ConsistentRead: true }]));
    const answer = await client.send(new BatchGetCommand({ RequestItems }));
    for (const [table, rows] of Object.entries(answer.Responses ?? {})) found[table] = [...(found[table] ?? []), ...rows];
    keys = await unansweredTables(answer, attempt);
  }
  return found;
}
