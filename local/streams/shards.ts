import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type _Record as WireRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** All current shards of a stream. */
export async function shardsOf(client: DynamoDBStreamsClient, StreamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId: after }));
    shards.push(...(StreamDescription?.Shards ?? []));
    after = StreamDescription?.LastEvaluatedShardId;
  } while (after);
  return shards;
}

/** The place to start reading a shard: after a record, or at one of its ends. */
export type Beginning = { readonly after: string } | 'TRIM_HORIZON' | 'LATEST';

/** An iterator to continue with. If the stream no longer has the record, it starts at the oldest one. */
export async function iteratorAt(client: DynamoDBStreamsClient, StreamArn: string, ShardId: string, from: Beginning) {
  const shard = { StreamArn, ShardId };
  try {
    const at =
      typeof from === 'string'
        ? ({ ShardIteratorType: from } as const)
        : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.after } as const);
    return (await client.send(new GetShardIteratorCommand({ ...shard, ...at }))).ShardIterator;
  } catch (error) {
    if ((error as Error).name !== 'TrimmedDataAccessException') throw error;
    return (await client.send(new GetShardIteratorCommand({ ...shard, ShardIteratorType: 'TRIM_HORIZON' }))).ShardIterator;
  }
}

/**
 * The next records of a shard, in the form that functions get, and the next iterator; undefined at the end of a closed
 * shard.
 */
export async function readOn(client: DynamoDBStreamsClient, ShardIterator: string, streamArn: string) {
  const { Records = [], NextShardIterator: next } = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1000 }));
  return { records: Records.map((record) => asEvent(record, streamArn)), next };
}

function asEvent({ userIdentity, dynamodb, ...record }: WireRecord, eventSourceARN: string): DynamoDBRecord {
  const { ApproximateCreationDateTime: at, ...rest } = dynamodb ?? {};
  return {
    ...record,
    ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
    dynamodb: { ApproximateCreationDateTime: Math.floor((at?.getTime() ?? 0) / 1000), ...rest } as DynamoDBRecord['dynamodb'],
    eventSourceARN,
  } as DynamoDBRecord;
}
