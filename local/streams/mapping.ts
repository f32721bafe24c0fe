import { type EventFilter, eventFilter } from './event-filter.ts';

/** A function that reads a table's stream: an `AWS::Lambda::EventSourceMapping` with Lambda's defaults filled in. */
export type Mapping = {
  /** The function by its name or ARN. */
  readonly functionName: string;
  /** The ARN of the stream that the function sees. */
  readonly streamArn: string;
  readonly batchSize: number;
  /** The maximum number of concurrent batches of a shard; records of one item are never in two of them. */
  readonly lanes: number;
  readonly splitsFailedBatch: boolean;
  readonly takesItemFailures: boolean;
  /** The maximum number of retries of a batch; infinite: until it is too old. */
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  readonly startsAt: 'TRIM_HORIZON' | 'LATEST';
  /** The ARN that gets the reports on records that were given up. */
  readonly deadLetters: string | undefined;
  readonly lets: EventFilter;
};

/** The supported properties of an `AWS::Lambda::EventSourceMapping`. */
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

/** Reads a mapping of a DynamoDB stream; throws on a property that would have an effect and is not supported. */
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
