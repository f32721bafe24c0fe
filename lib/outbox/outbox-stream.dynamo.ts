import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { withinDeadline } from '#lib/http/deadline.ts';
import { describeError, log } from '#lib/log.ts';

type WireRow = Parameters<typeof unmarshall>[0];
type Row = Readonly<Record<string, unknown>>;
type Invocation = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/**
 * The Lambda handler of a function that reads the stream of the outbox: hands on each new row as plain values, all of a batch at once, and reports those that
 * failed, or were not done shortly before the function's own time-out, so that only they come again. No row waits for another, so one
 * that never succeeds holds up nobody's work; `consume` has to bear being asked twice, late, out of order and beside itself.
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
    // The key finds the row again in its table; whatever else is in it is nobody's business here.
    const key = Object.values(Keys)
      .flatMap(({ S }) => S ?? [])
      .join(' ');
    log.error('record_failed', { requestId: context.awsRequestId, key, sequence, ...describeError(error) });
    return 'failed';
  }
}
