import { type EventFilter, eventFilter } from './event-filter.ts';

/** Which function reads a table's stream, and how: an `AWS::Lambda::EventSourceMapping` with Lambda's own defaults filled in. */
export type Mapping = {
  /** The function by its name or ARN. */
  readonly functionName: string;
  /** The ARN of the stream as the function is told it. */
  readonly streamArn: string;
  readonly batchSize: number;
  /** How many batches of a shard may be under way at once; records of one item are never in two of them. */
  readonly lanes: number;
  readonly splitsFailedBatch: boolean;
  readonly takesItemFailures: boolean;
  /** How often a batch is tried again; infinite: until it is too old. */
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  readonly startsAt: 'TRIM_HORIZON' | 'LATEST';
  /** The ARN of where to say what was given up. */
  readonly deadLetters: string | undefined;
  readonly lets: EventFilter;
};

/** The properties of an `AWS::Lambda::EventSourceMapping` that are understood here. */
export type MappingProperties = {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly BatchSize?: number;
  readonly ParallelizationFactor?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly FunctionResponseTypes?: readonly string[];
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly StartingPosition?: string;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern: string }[] };
  readonly Enabled?: boolean;
};

const understood = [
  'FunctionName',
  'EventSourceArn',
  'BatchSize',
  'ParallelizationFactor',
  'BisectBatchOnFunctionError',
  'FunctionResponseTypes',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'StartingPosition',
  'DestinationConfig',
  'FilterCriteria',
  'Enabled',
];
const unlimited = (value: number | undefined) => (value === undefined || value < 0 ? Number.POSITIVE_INFINITY : value);

/** Reads a mapping of a DynamoDB stream; throws on a property that would mean something here and is not understood. */
export function readMapping(properties: MappingProperties): Mapping {
  const unknown = Object.entries(properties).flatMap(([name, value]) => (value === undefined || understood.includes(name) ? [] : [name]));
  if (unknown.length > 0) throw new Error(`an event source mapping has ${unknown.join(', ')}, which is not understood here`);
  const { StartingPosition: startsAt } = properties;
  if (startsAt !== 'TRIM_HORIZON' && startsAt !== 'LATEST') throw new Error(`a stream cannot be read from ${startsAt} here`);
  return {
    functionName: properties.FunctionName,
    streamArn: properties.EventSourceArn,
    batchSize: properties.BatchSize ?? 100,
    lanes: properties.ParallelizationFactor ?? 1,
    splitsFailedBatch: properties.BisectBatchOnFunctionError ?? false,
    takesItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    retries: unlimited(properties.MaximumRetryAttempts),
    maximumAgeSeconds: unlimited(properties.MaximumRecordAgeInSeconds),
    startsAt,
    deadLetters: properties.DestinationConfig?.OnFailure?.Destination,
    lets: eventFilter((properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern))),
  };
}
