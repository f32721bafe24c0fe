import { isDeepStrictEqual } from 'node:util';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexDescription,
  type LocalSecondaryIndexDescription,
  ResourceInUseException,
  type StreamViewType,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { EmulatorError } from './emulator.ts';

/** The properties of `AWS::DynamoDB::Table` that an emulator uses; the others protect data on AWS. */
export type TableProperties = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes' | 'BillingMode' | 'ProvisionedThroughput'
> & {
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType };
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean | string };
};

/** Creates a table from its YAML, or checks that the existing one matches; throws an EmulatorError if it does not. */
export async function createTable(dynamodb: DynamoDBClient, name: string, properties: TableProperties): Promise<void> {
  const wanted = creation(name, properties);
  try {
    await dynamodb.send(new CreateTableCommand(wanted));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    if (!isDeepStrictEqual(shape(Table ?? {}), shape(wanted))) {
      throw new EmulatorError(
        `The table ${name} on this machine has other keys, indexes or streams than the YAML says. Start afresh with: npm start -- --fresh`,
      );
    }
  }
  await expireItems(dynamodb, name, properties.TimeToLiveSpecification);
}

function creation(name: string, properties: TableProperties): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification } = properties;
  const capacity = properties.BillingMode === 'PAY_PER_REQUEST' ? undefined : properties.ProvisionedThroughput;
  return {
    TableName: name,
    AttributeDefinitions,
    KeySchema,
    BillingMode: capacity ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    ...(capacity && { ProvisionedThroughput: capacity }),
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => indexCreation(index, capacity !== undefined)),
    }),
    ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
    ...(StreamSpecification && { StreamSpecification: { StreamEnabled: true, StreamViewType: StreamSpecification.StreamViewType } }),
  };
}

function indexCreation(index: GlobalSecondaryIndex, hasCapacity: boolean): GlobalSecondaryIndex {
  const { IndexName, KeySchema, Projection, ProvisionedThroughput } = index;
  return { IndexName, KeySchema, Projection, ...(hasCapacity && ProvisionedThroughput && { ProvisionedThroughput }) };
}

/** The parts of two tables that must be equal for one to serve as the other, sorted. */
function shape({
  AttributeDefinitions,
  KeySchema,
  GlobalSecondaryIndexes,
  LocalSecondaryIndexes,
  StreamSpecification,
}: TableDescription | CreateTableCommandInput) {
  type Index = GlobalSecondaryIndexDescription | LocalSecondaryIndexDescription;
  const keys = (schema: TableDescription['KeySchema']) =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  const indexes = (list: readonly Index[] | undefined) =>
    (list ?? [])
      .map(({ IndexName, KeySchema, Projection }) => ({
        name: IndexName ?? '',
        keys: keys(KeySchema),
        projection: Projection?.ProjectionType,
        attributes: [...(Projection?.NonKeyAttributes ?? [])].sort(),
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  return {
    attributes: (AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`).sort(),
    keys: keys(KeySchema),
    global: indexes(GlobalSecondaryIndexes),
    local: indexes(LocalSecondaryIndexes),
    stream: StreamSpecification?.StreamEnabled ? StreamSpecification.StreamViewType : undefined,
  };
}

async function expireItems(dynamodb: DynamoDBClient, name: string, wanted: TableProperties['TimeToLiveSpecification']): Promise<void> {
  if (!wanted?.AttributeName || String(wanted.Enabled) !== 'true') return;
  const { TimeToLiveDescription: present } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const isOn = present?.TimeToLiveStatus === 'ENABLED' || present?.TimeToLiveStatus === 'ENABLING';
  if (isOn && present?.AttributeName === wanted.AttributeName) return;
  const specification = { AttributeName: wanted.AttributeName, Enabled: true };
  await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification }));
}
