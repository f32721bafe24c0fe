import { setTimeout as pause } from 'node:timers/promises';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { outboxStream } from '#lib/outbox/outbox-stream.dynamo.ts';
import { logged, quietly } from '../logged.ts';

const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 1000 };
const record = (number: number, row: Record<string, unknown> = {}, eventName: DynamoDBRecord['eventName'] = 'INSERT') =>
  ({
    eventName,
    dynamodb: {
      SequenceNumber: String(number),
      Keys: { id: { S: `row-${number}` } },
      NewImage: marshall({ id: `row-${number}`, ...row }),
    },
  }) as DynamoDBRecord;
const failures = (...numbers: number[]) => ({ batchItemFailures: numbers.map((number) => ({ itemIdentifier: String(number) })) });

describe('a batch', () => {
  test('is passed on row by row, as plain values, and only new rows are', async () => {
    const seen: unknown[] = [];
    const handler = outboxStream(async (row) => seen.push(row));
    const row = { type: 'x', count: 3, list: ['a'], is: true };
    const removed = { ...record(3), eventName: 'REMOVE', dynamodb: { SequenceNumber: '3' } } as const;
    const Records = [record(1, row), record(2, row, 'MODIFY'), removed];
    expect(await quietly(() => handler({ Records }, context))).toEqual(failures());
    expect(seen).toEqual([{ id: 'row-1', ...row }]);
  });

  test('reports the rows that failed, and the others are done', async () => {
    const done: unknown[] = [];
    const handler = outboxStream(async ({ id }) => {
      if (id === 'row-2' || id === 'row-4') throw new Error('not now');
      done.push(id);
    });
    expect(await quietly(() => handler({ Records: [1, 2, 3, 4, 5].map((each) => record(each)) }, context))).toEqual(failures(2, 4));
    expect(done).toEqual(['row-1', 'row-3', 'row-5']);
  });

  test('with a row that cannot be read, or throws at once, fails in that row only', async () => {
    const broken = { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage: { id: { X: 'no such type' } } } };
    const handler = outboxStream(({ id }) => {
      if (id === 'row-2') throw new Error('at once');
      return Promise.resolve();
    });
    const Records = [broken as unknown as DynamoDBRecord, record(2), record(3)];
    expect(await quietly(() => handler({ Records }, context))).toEqual(failures(1, 2));
  });

  test('with a row that never ends answers before the function is ended, and the others are done', async () => {
    const handler = outboxStream(({ id }) => (id === 'row-1' ? pause(5000, undefined, { ref: false }) : Promise.resolve()));
    const short = { ...context, getRemainingTimeInMillis: () => 350 };
    expect(await quietly(() => handler({ Records: [record(1), record(2)] }, short))).toEqual(failures(1));
  });

  test('logs a failed row by its key, without its contents', async () => {
    const handler = outboxStream(() => Promise.reject(new Error('not now')));
    const lines = await logged(() => handler({ Records: [record(1, { code: '123456', to: 'ada@example.com' })] }, context));
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', event: 'record_failed', key: 'row-1', sequence: '1', message: 'not now' }),
      expect.objectContaining({ level: 'info', event: 'batch', records: 1, failed: 1 }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/123456|ada@/);
  });
});
