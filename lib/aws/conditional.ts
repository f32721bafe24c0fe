import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

type Row = Readonly<Record<string, unknown>>;

/**
 * Awaits one conditional write: `done` is its output. If the condition is unmet, `done` is undefined, and `found` is the row if the write asks
 * for `ReturnValuesOnConditionCheckFailure`.
 */
export async function conditional<T>(write: Promise<T>): Promise<{ readonly done?: T; readonly found?: Row | undefined }> {
  try {
    return { done: await write };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { found: error.Item && unmarshall(error.Item) }; // the document client leaves this row in wire form
  }
}
