import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Run } from './deliver.ts';
import type { Mapping } from './mapping.ts';
import { positionsIn } from './positions.ts';
import { type StreamReader, streamReader } from './stream-reader.ts';

/** The reader of a stream: its name in serverless.yml, its mapping, and its table. */
export type LocalMapping = { readonly name: string; readonly mapping: Mapping; readonly table: string };

type Options = {
  readonly mappings: readonly LocalMapping[];
  /** The endpoint of DynamoDB. */
  readonly endpoint: string;
  /** Runs a function with records of a stream. `not-run`: it could not be reached, and must be asked again. */
  readonly run: (functionName: string, records: readonly DynamoDBRecord[]) => Promise<Run>;
  /** The file with the position of each function. */
  readonly positionsFile: string | undefined;
  readonly log: (line: string) => void;
};

/**
 * The running delivery and its end. The end waits for running functions; unfinished records come again after the next
 * start.
 */
export type LocalStreams = { stop(): Promise<void> };

const pollMs = 1000;
const longestWaitMs = 30_000;

/**
 * Delivers the changes in the local tables to the functions that read their streams, until it is stopped or the process
 * ends. Unfinished records are delivered after the next start. Records that were given up are logged.
 */
export async function startLocalStreams({ mappings, endpoint, run, positionsFile, log }: Options): Promise<LocalStreams> {
  const place = { endpoint, region: 'us-east-1', credentials: localCredentials };
  const client = new DynamoDBStreamsClient(place);
  const tables = new DynamoDBClient(place);
  const positions = positionsIn(positionsFile);
  const say = (level: string, event: string, fields: object) => log(`${JSON.stringify({ level, event, ...fields })}\n`);

  async function readerOf({ name: runs, mapping, table }: LocalMapping): Promise<StreamReader> {
    const { functionName: name } = mapping;
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: table }));
    const readFrom = Table?.LatestStreamArn ?? '';
    return streamReader({
      ...{ client, readFrom, mapping, functionArn: name },
      run: (records) => run(runs, records),
      tell: async ({ requestContext, DDBStreamBatchInfo }) => {
        const { startSequenceNumber: first, endSequenceNumber: last, batchSize: records } = DDBStreamBatchInfo;
        say('error', 'dead_letter', { function: name, condition: requestContext.condition, records, first, last });
      },
      backoff: (attempt) => Math.min(longestWaitMs, 1000 * 2 ** attempt),
      now: () => new Date(),
      positions: positions.of(name, readFrom),
      onPositions: (shards) => positions.keep(name, readFrom, shards),
    });
  }

  const readers = await Promise.all(mappings.map(readerOf));
  tables.destroy();
  const ending = new AbortController();
  const onError = (error: Error) => say('warn', 'stream_not_read', { error: error.name, message: error.message });
  const polling = poll(readers, onError, ending.signal);
  return {
    async stop() {
      ending.abort();
      await polling;
      await Promise.all(readers.map((reader) => reader.stop()));
      client.destroy();
    },
  };
}

async function poll(readers: readonly StreamReader[], onError: (error: Error) => void, signal: AbortSignal): Promise<void> {
  for (let wasReadable = true; !signal.aborted; await sleep(pollMs, undefined, { ref: false, signal }).catch(() => undefined)) {
    try {
      for (const reader of readers) await reader.read();
      wasReadable = true;
    } catch (error) {
      if (wasReadable) onError(error as Error);
      wasReadable = false;
    }
  }
}
