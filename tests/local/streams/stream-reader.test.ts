import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { type MappingProperties, readMapping } from '#local/streams/mapping.ts';
import { type Positions, streamReader } from '#local/streams/stream-reader.ts';

type MadeShard = { id: string; parent?: string; records: number[]; isClosed: boolean; forgotten?: number };

type Input = Readonly<Record<string, string>>;
const refusal = (name: string) => Object.assign(new Error(name), { name });

/** A stream with scripted shards: those of emulators never split. */
function madeStream(shards: MadeShard[]) {
  let expire = 0;
  const find = (id = '') => shards.find((shard) => shard.id === id) as MadeShard;

  function describeStream({ ExclusiveStartShardId: after }: Input) {
    const at = shards.findIndex(({ id }) => id === after) + 1;
    const page = shards.slice(at, at + 2).map(({ id, parent }) => ({ ShardId: id, ParentShardId: parent }));
    return { StreamDescription: { Shards: page, LastEvaluatedShardId: at + 2 < shards.length ? page.at(-1)?.ShardId : undefined } };
  }

  function iterator({ ShardId, ShardIteratorType: type = '', SequenceNumber }: Input) {
    const { records, forgotten = 0 } = find(ShardId);
    const after = Number(SequenceNumber);
    if (type === 'AFTER_SEQUENCE_NUMBER' && after <= forgotten) throw refusal('TrimmedDataAccessException');
    return { ShardIterator: `${ShardId} ${{ AFTER_SEQUENCE_NUMBER: after, TRIM_HORIZON: forgotten, LATEST: records.at(-1) ?? 0 }[type]}` };
  }

  function recordsAt({ ShardIterator = '' }: Input) {
    if (expire > 0) {
      expire -= 1;
      throw refusal('ExpiredIteratorException');
    }
    const [id, after] = ShardIterator.split(' ');
    const { records, isClosed } = find(id);
    const next = records.filter((each) => each > Number(after)).slice(0, 2);
    const last = next.at(-1) ?? Number(after);
    const made = (each: number) => ({ SequenceNumber: `${each}`, Keys: { id: { S: `${each}` } }, ApproximateCreationDateTime: new Date() });
    const isOver = isClosed && last >= (records.at(-1) ?? 0);
    return {
      Records: next.map((each) => ({ eventName: 'INSERT', dynamodb: made(each) })),
      NextShardIterator: isOver ? undefined : `${id} ${last}`,
    };
  }

  const answers: Readonly<Record<string, (input: Input) => object>> = {
    DescribeStreamCommand: describeStream,
    GetShardIteratorCommand: iterator,
    GetRecordsCommand: recordsAt,
  };
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }) => answers[name]?.(input);
  return { client: { send } as unknown as DynamoDBStreamsClient, expireNext: () => (expire += 1) };
}

const declared: MappingProperties = {
  FunctionName: 'worker',
  EventSourceArn: 'arn',
  StartingPosition: 'TRIM_HORIZON',
  BatchSize: 2,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};
const numbers = (records: readonly DynamoDBRecord[]) => records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber));

function service(
  shards: MadeShard[],
  { properties = {}, positions }: { properties?: Partial<MappingProperties>; positions?: Positions } = {},
) {
  const seen: number[] = [];
  const kept: Positions[] = [];
  const { client, expireNext } = madeStream(shards);
  const reader = streamReader({
    ...{ client, readFrom: 'arn', functionArn: 'arn', mapping: readMapping({ ...declared, ...properties }), positions },
    run: async (records) => {
      seen.push(...numbers(records));
      return { answered: null };
    },
    tell: async () => undefined,
    backoff: () => 1,
    now: () => new Date(),
    onPositions: (each) => kept.push(each),
  });
  return { reader, seen, kept, expireNext };
}

describe('a stream', () => {
  test('is read shard by shard, a parent before its children, and none of them twice', async () => {
    const shards: MadeShard[] = [
      { id: 'c', parent: 'b', records: [7, 8], isClosed: false },
      { id: 'b', parent: 'a', records: [4, 5, 6], isClosed: true },
      { id: 'a', parent: 'forgotten', records: [1, 2, 3], isClosed: true },
    ];
    const { reader, seen } = service(shards);
    for (let time = 0; time < 2; time += 1) await reader.settled();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('continues in both halves of a shard that splits while it is read', async () => {
    const shards: MadeShard[] = [{ id: 'a', records: [1, 2, 3], isClosed: false }];
    const { reader, seen } = service(shards);
    await reader.settled();
    const [parent] = shards as [MadeShard];
    parent.records.push(4);
    parent.isClosed = true;
    shards.push(
      { id: 'left', parent: 'a', records: [5, 7], isClosed: false },
      { id: 'right', parent: 'a', records: [6, 8], isClosed: false },
    );
    await reader.settled();
    expect(seen.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(seen.slice(4).sort()).toEqual([5, 6, 7, 8]);
  });

  test('continues in every shard from its position, or from the oldest record if the position is gone', async () => {
    const shards: MadeShard[] = [
      { id: 'a', records: [1, 2, 3, 4], isClosed: true },
      { id: 'b', parent: 'a', records: [5, 6, 7, 8], isClosed: false, forgotten: 6 },
    ];
    const { reader, seen, kept } = service(shards, { positions: { a: '3', b: '5' } });
    await reader.settled();
    expect(seen).toEqual([4, 7, 8]);
    expect(kept.at(-1)).toEqual({ a: '4', b: '8' });
  });

  test('is read from its end if the mapping says so, and new shards from their beginning', async () => {
    const shards: MadeShard[] = [
      { id: 'a', records: [1, 2], isClosed: true },
      { id: 'b', parent: 'a', records: [3], isClosed: false },
    ];
    const { reader, seen } = service(shards, { properties: { StartingPosition: 'LATEST' } });
    await reader.settled();
    const [, open] = shards as [MadeShard, MadeShard];
    open.records.push(4);
    open.isClosed = true;
    shards.push({ id: 'c', parent: 'b', records: [5], isClosed: false });
    await reader.settled();
    expect(seen).toEqual([4, 5]);
  });

  test('continues after an expired iterator', async () => {
    const shards: MadeShard[] = [{ id: 'a', records: [1], isClosed: false }];
    const { reader, seen, expireNext } = service(shards);
    await reader.settled();
    shards[0]?.records.push(2);
    expireNext();
    await expect(reader.read()).rejects.toThrow('ExpiredIteratorException');
    await reader.settled();
    expect(seen).toEqual([1, 2]);
  });

  test('has its position where everything before is done', async () => {
    const shards: MadeShard[] = [{ id: 'a', records: [1, 2, 3, 4], isClosed: false }];
    const { client } = madeStream(shards);
    const kept: Positions[] = [];
    const first = Promise.withResolvers<void>();
    const reader = streamReader({
      ...{ client, readFrom: 'arn', functionArn: 'arn', mapping: readMapping({ ...declared, BatchSize: 1, ParallelizationFactor: 10 }) },
      run: async (records) => {
        if (numbers(records).includes(1)) await first.promise;
        return { answered: null };
      },
      tell: async () => undefined,
      backoff: () => 1,
      now: () => new Date(),
      onPositions: (each) => kept.push(each),
    });
    await reader.read();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(kept).toEqual([]);
    first.resolve();
    await reader.settled();
    expect(kept.at(-1)).toEqual({ a: '4' });
  });
});
