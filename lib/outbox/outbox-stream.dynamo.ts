import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { withinDeadline } from '#lib/http/deadline.ts';
import { describeError, log } from '#lib/log.ts';

type WireRow = Parameters<typeof unmarshall>[0];
type Row = Readonly<Record<string, unknown>>;
type Invocation = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/**
 * The Lambda handler of a function that reads the outbox's stream. It passes each new row to `consume` as plain values,
 * all rows of a batch at once. It reports the rows that failed or were not done 300 ms before the function's time-out,
 * so that only those are delivered again. No row waits for another. `consume` must allow repeated, late, unordered and
 * parallel calls for a row.
 */
export function outboxStream(consume: (row: Row) => Promise<unknown>) {
  return async ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>, context: Invocation): Promise<DynamoDBBatchResponse> => {
    const outcomes = await Promise.all(Records.map((record) => outcomeOf(record, consume, context)));
    const failed = Records.filter((_, index) => outcomes[index] === 'failed');
    log.info('batch', { requestId: context.awsRequestId, records: Records.length, failed: failed.length });
    return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })) };
  };
}

async function outcomeOf(
  { eventName, dynamodb }: DynamoDBRecord,
  consume: (row: Row) => Promise<unknown>,
  context: Invocation,
): Promise<'done' | 'failed'> {
  const { Keys = {}, NewImage, SequenceNumber: sequence } = dynamodb ?? {};
  if (eventName !== 'INSERT' || !NewImage) return 'done';
  try {
    await withinDeadline((async () => await consume(unmarshall(NewImage as WireRow)))(), context);
    return 'done';
  } catch (error) {
    // The key is enough to find the row; its contents do not belong in the log.
    const key = Object.values(Keys)
      .flatMap(({ S }) => S ?? [])
      .join(' ');
    log.error('record_failed', { requestId: context.awsRequestId, key, sequence, ...describeError(error) });
    return 'failed';
  }
}
