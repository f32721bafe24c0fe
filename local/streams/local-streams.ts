import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Run } from './deliver.ts';
import type { Mapping } from './mapping.ts';
import { positionsIn } from './positions.ts';
import { type StreamReader, streamReader } from './stream-reader.ts';

export type LocalMapping = { readonly mapping: Mapping; readonly table: string };

type Options = {
  readonly mappings: readonly LocalMapping[];
  /** Where DynamoDB is. */
  readonly endpoint: string;
  /** Where functions can be run, as Lambda's own API has it. */
  readonly lambdaUrl: string;
  /** Where it is written down how far each function has come. */
  readonly positionsFile: string | undefined;
  readonly log: (line: string) => void;
};

/** What was started, and how to end it: what runs is waited for, what was not done comes again after the next start. */
export type LocalStreams = { stop(): Promise<void> };

const pollMs = 1000;
const longestWaitMs = 30_000;

/**
 * Delivers what is written to the tables of this machine to the functions that read their streams, until it is stopped or the process ends;
 * what is not done then is delivered after the next start. What is given up is told to the log.
 */
export async function startLocalStreams({ mappings, endpoint, lambdaUrl, positionsFile, log }: Options): Promise<LocalStreams> {
  const place = { endpoint, region: 'us-east-1', credentials: localCredentials };
  const client = new DynamoDBStreamsClient(place);
  const tables = new DynamoDBClient(place);
  const positions = positionsIn(positionsFile);
  const say = (level: string, event: string, fields: object) => log(`${JSON.stringify({ level, event, ...fields })}\n`);

  async function readerOf({ mapping, table }: LocalMapping): Promise<StreamReader> {
    const { functionName: name } = mapping;
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: table }));
    const readFrom = Table?.LatestStreamArn ?? '';
    return streamReader({
      ...{ client, readFrom, mapping, functionArn: name },
      run: (records) => runAt(`${lambdaUrl}/2015-03-31/functions/${name}/invocations`, records),
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

async function runAt(url: string, records: readonly DynamoDBRecord[]): Promise<Run> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ Records: records }) }).catch(() => undefined);
  const text = await answer?.text().catch(() => undefined);
  if (answer?.status !== 200 || text === undefined) return 'not-run';
  return answer.headers.has('x-amz-function-error') ? 'failed' : { answered: text ? JSON.parse(text) : null };
}
