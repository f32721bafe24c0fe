import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { DeadLetter } from '#local/streams/dead-letter.ts';
import type { Run } from '#local/streams/deliver.ts';
import { type Mapping, type MappingProperties, readMapping } from '#local/streams/mapping.ts';
import { positionsIn } from '#local/streams/positions.ts';
import { type StreamReader, streamReader } from '#local/streams/stream-reader.ts';
import type { Functions, Outcome } from './functions.ts';
import type { IamGate } from './iam-gate.ts';
import type { Template } from './template.ts';

/** A failure of a whole run: the function is not reached, its answer is lost, or it has no more than `timeoutMs`. */
type RunFault = 'lost-before' | 'lost-after' | { readonly timeoutMs: number };

type RunFaultOptions = { readonly times?: number; applies?(record: DynamoDBRecord): boolean };

export type Streams = {
  /**
   * Delivers every record in a stream now, and waits until each is done or given up. Nothing is delivered before this
   * call.
   */
  settled(): Promise<void>;
  /** Delivers continuously from now on, as on AWS. */
  run(): void;
  /** The records that were given up, of one function or of all. */
  deadLetters(functionName?: string): readonly DeadLetter[];
  /** The records of a function, run by run. */
  handed(functionName: string): readonly DynamoDBStreamEvent[];
  /** Lets the next run of a function with a record that `applies` fail, or the next `times` of them. */
  fault(functionName: string, kind: RunFault, options?: RunFaultOptions): { end(): void };
  /** Forgets deliveries, faults and positions. The next delivery begins with the streams that the tables have then. */
  forget(): Promise<void>;
  stop(): Promise<void>;
};

export type StreamsOptions = {
  readonly template: Template;
  readonly functions: Pick<Functions, 'find' | 'invoke'>;
  readonly gate: Pick<IamGate, 'allows'>;
  /** The endpoint of DynamoDB. */
  readonly endpoint: string;
  /** The file of the reading positions; without it they are gone when the gateway stops. */
  readonly positionsFile?: string | undefined;
  /** The clock for the age of records; absent: the real time. */
  readonly now?: () => Date;
};

type Waiting = { readonly kind: RunFault; readonly name: string; left: number; applies(record: DynamoDBRecord): boolean };

const readingTakes = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((name) => `dynamodb:${name}`);
const pollMs = 250;

/** Runs the event source mappings of a template as Lambda does, with the rights of the function's role. */
export function startStreams({ template, functions, gate, endpoint, positionsFile, now = () => new Date() }: StreamsOptions): Streams {
  const place = { endpoint, region: template.place.region, credentials: localCredentials };
  const tables = new DynamoDBClient(place);
  const client = new DynamoDBStreamsClient(place);
  const mappings = template.ofType<MappingProperties>('AWS::Lambda::EventSourceMapping').map(({ properties }) => readMapping(properties));
  const positions = positionsIn(positionsFile);
  const letters: { readonly name: string; readonly letter: DeadLetter }[] = [];
  const handed = new Map<string, DynamoDBStreamEvent[]>();
  const faults = new Set<Waiting>();
  let readers: Promise<StreamReader[]> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function strike(name: string, records: readonly DynamoDBRecord[]): RunFault | undefined {
    const waiting = [...faults].find((each) => each.name === name && records.some(each.applies));
    if (!waiting) return undefined;
    waiting.left -= 1;
    if (waiting.left <= 0) faults.delete(waiting);
    return waiting.kind;
  }

  async function run(name: string, records: readonly DynamoDBRecord[]): Promise<Run> {
    const event = { Records: [...records] };
    handed.set(name, [...(handed.get(name) ?? []), event]);
    const fault = strike(name, records);
    if (fault === 'lost-before') return 'failed';
    const outcome: Outcome = await functions.invoke(name, event, typeof fault === 'object' ? fault : {});
    if (fault === 'lost-after' || outcome.kind !== 'returned') return 'failed';
    return { answered: JSON.parse(outcome.payload) };
  }

  async function readerOf(mapping: Mapping): Promise<StreamReader> {
    const { name, functionName, arn } = functions.find(mapping.functionName);
    const reading = readingTakes.map((action) => ({ action, resource: mapping.streamArn }));
    if (!gate.allows(name, reading)) throw new Error(`the role of ${name} does not let Lambda read ${mapping.streamArn}`);
    const [, table] = /:table\/([^/]+)\/stream\//.exec(mapping.streamArn) ?? [];
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: table }));
    const { LatestStreamArn: readFrom = '' } = Table ?? {};
    return streamReader({
      client,
      readFrom,
      mapping,
      functionArn: arn,
      run: (records) => run(name, records),
      tell: async (letter) => {
        const sending = { action: 'sqs:SendMessage', resource: mapping.deadLetters ?? '' };
        if (gate.allows(name, [sending])) letters.push({ name, letter });
      },
      backoff: (attempt) => 5 * 2 ** Math.min(attempt, 4),
      now,
      positions: positions.of(functionName, readFrom),
      onPositions: (shards) => positions.keep(functionName, readFrom, shards),
    });
  }

  const all = () => (readers ??= Promise.all(mappings.map(readerOf)));

  async function endReaders(): Promise<void> {
    clearInterval(timer);
    timer = undefined;
    const ending = readers;
    readers = undefined;
    for (const reader of (await ending?.catch(() => undefined)) ?? []) await reader.stop();
  }

  return {
    async settled() {
      await Promise.all((await all()).map((reader) => reader.settled()));
    },
    run() {
      const poll = async () => {
        for (const reader of await all()) await reader.read();
      };
      timer ??= setInterval(() => void poll().catch(() => undefined), pollMs);
    },
    deadLetters: (name) => letters.filter((each) => name === undefined || each.name === name).map(({ letter }) => letter),
    handed: (name) => handed.get(functions.find(name).name) ?? [],
    fault(name, kind, { times = 1, applies = () => true } = {}) {
      const waiting = { name, kind, left: times, applies };
      faults.add(waiting);
      return { end: () => void faults.delete(waiting) };
    },
    async forget() {
      await endReaders();
      letters.length = 0;
      handed.clear();
      faults.clear();
    },
    async stop() {
      await endReaders();
      tables.destroy();
      client.destroy();
    },
  };
}
