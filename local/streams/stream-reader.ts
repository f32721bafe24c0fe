import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { type DeliveryNeeds, deliver } from './deliver.ts';
import type { Mapping } from './mapping.ts';
import { type ShardReader, shardReader } from './shard-reader.ts';
import { type Beginning, shardsOf } from './shards.ts';

/** The last record of each shard up to which everything is done. */
export type Positions = Readonly<Record<string, string>>;

type Options = Omit<DeliveryNeeds, 'pause'> & {
  readonly client: DynamoDBStreamsClient;
  /** The stream's ARN in this DynamoDB. */
  readonly readFrom: string;
  readonly mapping: Mapping;
  readonly functionArn: string;
  /** The wait before attempt `attempt + 1`, in milliseconds. */
  readonly backoff: (attempt: number) => number;
  /** The last position; absent: the start that the mapping names. */
  readonly positions?: Positions | undefined;
  readonly onPositions?: (positions: Positions) => void;
};

export type StreamReader = {
  /**
   * Reads once through all shards, and delivers in the background. Returns whether there was anything, or may be more.
   */
  read(): Promise<boolean>;
  /** Reads until there is nothing more, and everything is done or given up. */
  settled(): Promise<void>;
  /**
   * Stops waiting for further attempts, and resolves when no function runs. Unfinished records come again next time.
   */
  stop(): Promise<void>;
};

/** Reads a table's stream for one function, as Lambda's event source mapping does, each time it is told to. */
export function streamReader(options: Options): StreamReader {
  const { client, readFrom, mapping, functionArn } = options;
  const shards = new Map<string, ShardReader>();
  const parents = new Map<string, string | undefined>();
  const stopping = new AbortController();
  let positions: Positions = options.positions ?? {};
  let isFirstLook = true;
  let reading: Promise<unknown> = Promise.resolve();

  const pause = async (attempt: number) => {
    if (stopping.signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, options.backoff(attempt));
    stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    return !stopping.signal.aborted;
  };

  function begin(shardId: string): void {
    const at = positions[shardId];
    const beginning: Beginning = at === undefined ? (isFirstLook ? mapping.startsAt : 'TRIM_HORIZON') : { after: at };
    const one = shardReader({
      ...{ client, readFrom, shardId, beginning, streamArn: mapping.streamArn },
      ...{ lanes: mapping.lanes, batchSize: mapping.batchSize, lets: mapping.lets },
      deliver: async (batch: readonly DynamoDBRecord[]) =>
        !stopping.signal.aborted && (await deliver(mapping, { shardId, functionArn }, { ...options, pause }, batch)),
      onDone: (sequenceNumber) => {
        positions = { ...positions, [shardId]: sequenceNumber };
        options.onPositions?.(positions);
      },
    });
    shards.set(shardId, one);
  }

  /** Starts every shard whose parent is done or gone. Returns whether there was one. */
  async function look(): Promise<boolean> {
    for (const { ShardId = '', ParentShardId } of await shardsOf(client, readFrom)) parents.set(ShardId, ParentShardId);
    const ready = [...parents].filter(([id, parent]) => {
      const isAfter = parent !== undefined && parents.has(parent) && shards.get(parent)?.isFinished !== true;
      return !shards.has(id) && !(isAfter && !(isFirstLook && mapping.startsAt === 'LATEST'));
    });
    for (const [id] of ready) begin(id);
    isFirstLook = false;
    return ready.length > 0;
  }

  async function readAll(): Promise<boolean> {
    const isDue = shards.size === 0 || [...shards.values()].some(({ isFinished }) => isFinished);
    const isNew = isDue && (await look());
    const counts = await Promise.all([...shards.values()].map((shard) => shard.read()));
    return isNew || counts.some((count) => count > 0);
  }

  function read(): Promise<boolean> {
    const next = reading.then(readAll, readAll);
    reading = next.catch(() => undefined);
    return next;
  }

  const idle = () => Promise.all([...shards.values()].map((shard) => shard.idle()));

  return {
    read,
    async settled() {
      for (let hasMore = true; hasMore; ) {
        hasMore = await read();
        await idle();
      }
    },
    async stop() {
      stopping.abort();
      await reading;
      await idle();
    },
  };
}
