import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { type Beginning, iteratorAt, readOn } from './shards.ts';

type Options = {
  readonly client: DynamoDBStreamsClient;
  /** The ARN to read the stream by, and the ARN that records show. */
  readonly readFrom: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly beginning: Beginning;
  readonly lanes: number;
  readonly batchSize: number;
  readonly lets: (record: DynamoDBRecord) => boolean;
  /** Delivers a batch; false if it was stopped before the end. */
  readonly deliver: (batch: readonly DynamoDBRecord[]) => Promise<boolean>;
  /** Called with the last record up to which everything is done. */
  readonly onDone: (sequenceNumber: string) => void;
};

type Entry = { readonly record: DynamoDBRecord; isDone: boolean };

export type ShardReader = {
  /** Reads on, and delivers in the background. Returns the number of records. */
  read(): Promise<number>;
  /** Resolves when everything that was read is done. */
  idle(): Promise<unknown>;
  /** Whether the shard is closed and all of it is done. */
  readonly isFinished: boolean;
};

/**
 * The records of one shard on their way to a function. They are distributed to lanes by their key; each lane delivers
 * one batch after the other.
 */
export function shardReader(options: Options): ShardReader {
  const { client, readFrom, shardId, batchSize } = options;
  let position = options.beginning;
  let iterator: string | undefined;
  let isAtEnd = false;
  let hasStopped = false;
  const entries: Entry[] = [];
  const lanes = Array.from({ length: options.lanes }, () => ({ waiting: [] as Entry[], work: Promise.resolve() }));

  function settle(): void {
    let last: string | undefined;
    while (entries[0]?.isDone) last = entries.shift()?.record.dynamodb?.SequenceNumber;
    if (last !== undefined) options.onDone(last);
  }

  async function drain(waiting: Entry[]): Promise<void> {
    while (waiting.length > 0 && !hasStopped) {
      const batch = waiting.splice(0, batchSize);
      if (!(await options.deliver(batch.map(({ record }) => record)))) hasStopped = true;
      else for (const entry of batch) entry.isDone = true;
      settle();
    }
  }

  async function read(): Promise<number> {
    if (isAtEnd) return 0;
    iterator ??= await iteratorAt(client, readFrom, shardId, position);
    if (!iterator) return 0;
    const { records, next } = await readOn(client, iterator, options.streamArn).catch((error: unknown) => {
      iterator = undefined; // the iterator may have expired; the position has not
      throw error;
    });
    iterator = next;
    isAtEnd = next === undefined;
    const last = records.at(-1)?.dynamodb?.SequenceNumber;
    if (last !== undefined) position = { after: last };
    const added = records.map((record) => ({ record, isDone: !options.lets(record) }));
    entries.push(...added);
    for (const entry of added) if (!entry.isDone) lanes[laneOf(entry.record, lanes.length)]?.waiting.push(entry);
    for (const lane of lanes) if (lane.waiting.length > 0) lane.work = lane.work.then(() => drain(lane.waiting));
    settle();
    return records.length;
  }

  return {
    read,
    idle: () => Promise.all(lanes.map(({ work }) => work)),
    get isFinished() {
      return isAtEnd && entries.length === 0;
    },
  };
}

/** The lane of an item: the same for all its records. */
function laneOf({ dynamodb }: DynamoDBRecord, count: number): number {
  let sum = 0;
  for (const character of JSON.stringify(dynamodb?.Keys)) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003;
  return sum % count;
}
