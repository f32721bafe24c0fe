import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { DeadLetter } from '#local/streams/dead-letter.ts';
import { deliver, type Run } from '#local/streams/deliver.ts';
import { type MappingProperties, readMapping } from '#local/streams/mapping.ts';

const noon = Date.parse('2026-05-01T12:00:00Z');
const declared: MappingProperties = {
  FunctionName: 'worker',
  EventSourceArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/outbox/stream/1',
  StartingPosition: 'TRIM_HORIZON',
  BisectBatchOnFunctionError: true,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  MaximumRetryAttempts: 2,
  MaximumRecordAgeInSeconds: 60,
  DestinationConfig: { OnFailure: { Destination: 'queue' } },
};
const record = (number: number, secondsAgo = 0) =>
  ({ dynamodb: { SequenceNumber: String(number), ApproximateCreationDateTime: noon / 1000 - secondsAgo } }) as DynamoDBRecord;
const numbers = (records: readonly DynamoDBRecord[]) => records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber));
const reports = (...failed: (number | string)[]): Run => ({
  answered: { batchItemFailures: failed.map((each) => ({ itemIdentifier: String(each) })) },
});

/** Delivers a batch to a scripted function, and returns what it got and what was given up. */
async function delivered(
  act: (batch: number[], run: number) => Run,
  {
    properties = {},
    batch = [1, 2, 3, 4].map((each) => record(each)),
  }: { properties?: Partial<MappingProperties>; batch?: DynamoDBRecord[] } = {},
) {
  const handed: number[][] = [];
  const letters: DeadLetter[] = [];
  let waits = 0;
  let now = noon;
  const needs = {
    run: async (records: readonly DynamoDBRecord[]) => {
      handed.push(numbers(records));
      return act(numbers(records), handed.length);
    },
    tell: async (letter: DeadLetter) => letters.push(letter),
    pause: async () => {
      waits += 1;
      now += 10_000;
      return waits < 50;
    },
    now: () => new Date(now),
  };
  const isDone = await deliver(readMapping({ ...declared, ...properties }), { shardId: 'shard', functionArn: 'arn' }, needs, batch);
  return {
    handed,
    letters,
    isDone,
    given: letters.map(({ requestContext, DDBStreamBatchInfo: info }) => [
      requestContext.condition,
      info.startSequenceNumber,
      info.endSequenceNumber,
      info.batchSize,
    ]),
  };
}

describe('a batch', () => {
  test.each<[string, Run]>([
    ['says that nothing failed', reports()],
    ['says nothing', { answered: null }],
    ['says something else', { answered: { batchItemFailures: null } }],
  ])('is done when the function %s', async (_, run) => {
    expect(await delivered(() => run)).toMatchObject({ handed: [[1, 2, 3, 4]], letters: [], isDone: true });
  });

  test('continues from the first failed item, regardless of later ones', async () => {
    const { handed, letters } = await delivered((_, run) => (run === 1 ? reports(4, 3) : reports()));
    expect([handed, letters]).toEqual([
      [
        [1, 2, 3, 4],
        [3, 4],
      ],
      [],
    ]);
  });

  test('that fails as a whole is split, without a counted attempt, until the bad item is alone', async () => {
    const act = (batch: number[]) => (batch.includes(3) ? ('failed' as const) : reports());
    const { handed, given } = await delivered(act);
    expect(handed).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [3], [4]]);
    expect(given).toEqual([['RetryAttemptsExhausted', '3', '3', 1]]);
  });

  test('is not split unless the mapping says so, and is given up as a whole', async () => {
    const { handed, given } = await delivered(() => 'failed', { properties: { BisectBatchOnFunctionError: false } });
    expect(handed).toEqual(Array(3).fill([1, 2, 3, 4]));
    expect(given).toEqual([['RetryAttemptsExhausted', '1', '4', 4]]);
  });

  test('fails as a whole if the report names an item outside of it', async () => {
    const { handed } = await delivered((batch, run) => (run === 1 && batch.length === 4 ? reports('') : reports()));
    expect(handed).toEqual([
      [1, 2, 3, 4],
      [1, 2],
      [3, 4],
    ]);
  });

  test('is done regardless of reports if the mapping takes none', async () => {
    expect(await delivered(() => reports(1), { properties: { FunctionResponseTypes: [] } })).toMatchObject({ handed: [[1, 2, 3, 4]] });
  });

  test('loses items that are too old before an attempt, or become so between two attempts', async () => {
    const batch = [record(1, 61), record(2, 45), record(3)];
    const { handed, given, letters } = await delivered((all) => (all.includes(2) ? reports(2) : reports()), {
      properties: { MaximumRetryAttempts: 9, BisectBatchOnFunctionError: false },
      batch,
    });
    expect(handed).toEqual([[2, 3], [2, 3], [3]]);
    expect(given).toEqual([
      ['RecordAgeExceeded', '1', '1', 1],
      ['RecordAgeExceeded', '2', '2', 1],
    ]);
    expect([letters[0]?.responseContext, letters[1]?.requestContext.approximateInvokeCount]).toEqual([undefined, 2]);
  });

  test('to a function that cannot be run is retried until it is too old, without counted attempts', async () => {
    const { handed, given } = await delivered(() => 'not-run', { batch: [record(1)] });
    expect(handed).toHaveLength(7);
    expect(given).toEqual([['RecordAgeExceeded', '1', '1', 1]]);
  });

  test('is left for another time if the process stops', async () => {
    const { isDone, letters } = await delivered(() => 'failed', {
      properties: { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 },
    });
    expect([isDone, letters]).toEqual([false, []]);
  });
});

test('a dead letter has the place of its records and their failure, but not their content', async () => {
  const { letters } = await delivered(() => 'failed', { batch: [record(7, 30)] });
  expect(letters).toEqual([
    {
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-05-01T12:00:20.000Z',
      DDBStreamBatchInfo: {
        shardId: 'shard',
        startSequenceNumber: '7',
        endSequenceNumber: '7',
        approximateArrivalOfFirstRecord: '2026-05-01T11:59:30Z',
        approximateArrivalOfLastRecord: '2026-05-01T11:59:30Z',
        batchSize: 1,
        streamArn: declared.EventSourceArn,
      },
    },
  ]);
});

test('a mapping with unsupported properties is refused', () => {
  expect(() => readMapping({ ...declared, TumblingWindowInSeconds: 30 } as MappingProperties)).toThrow('TumblingWindowInSeconds');
  expect(() => readMapping({ ...declared, StartingPosition: 'AT_TIMESTAMP' })).toThrow('AT_TIMESTAMP');
});
