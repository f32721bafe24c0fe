import type { LocalMapping } from '#local/streams/local-streams.ts';
import { readMapping } from '#local/streams/mapping.ts';
import type { FunctionDefinition, Resources } from './framework.ts';
import { localResources } from './local-resources.ts';

type Place = { readonly service: string; readonly stage: string };
type StreamEvent = {
  readonly arn: { readonly 'Fn::GetAtt': readonly [table: string, attribute: string] };
  readonly batchSize?: number;
  readonly parallelizationFactor?: number;
  readonly bisectBatchOnFunctionError?: boolean;
  readonly functionResponseType?: string;
  readonly maximumRetryAttempts?: number;
  readonly maximumRecordAgeInSeconds?: number;
  readonly startingPosition?: string;
  readonly filterPatterns?: readonly object[];
};

/**
 * The functions that read a table's stream, as declared in `functions.yml`, with the local names of functions and
 * tables.
 */
export function localMappings(functions: Readonly<Record<string, FunctionDefinition>>, resources: Resources, place: Place): LocalMapping[] {
  const tables = localResources(resources, place);
  return Object.entries(functions).flatMap(([name, { events = [] }]) =>
    events.flatMap(({ stream }) => (stream ? [mappingOf(name, place, stream as StreamEvent, tables)] : [])),
  );
}

function mappingOf(name: string, { service, stage }: Place, event: StreamEvent, tables: Resources): LocalMapping {
  const table = String(tables[event.arn['Fn::GetAtt'][0]]?.Properties['TableName']);
  const mapping = readMapping({
    FunctionName: `${service}-${stage}-${name}`,
    EventSourceArn: `arn:aws:dynamodb:local:000000000000:table/${table}/stream/local`,
    BatchSize: event.batchSize ?? 10,
    ParallelizationFactor: event.parallelizationFactor ?? 1,
    BisectBatchOnFunctionError: event.bisectBatchOnFunctionError ?? false,
    FunctionResponseTypes: event.functionResponseType ? [event.functionResponseType] : [],
    MaximumRetryAttempts: event.maximumRetryAttempts ?? -1,
    MaximumRecordAgeInSeconds: event.maximumRecordAgeInSeconds ?? -1,
    StartingPosition: event.startingPosition ?? 'TRIM_HORIZON',
    FilterCriteria: { Filters: (event.filterPatterns ?? []).map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    DestinationConfig: { OnFailure: { Destination: 'the log' } },
  });
  return { name, mapping, table };
}
