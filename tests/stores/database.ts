import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, type GetCommandOutput } from '@aws-sdk/lib-dynamodb';
import { type TableNames, tableNames } from '#lib/settings/tables.ts';
import { createResources } from '#local/emulators/create-resources.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { tableResources } from '../support/table-resources.ts';

/** A DynamoDB with the deployed tables, empty. */
export type Database = {
  readonly tables: TableNames;
  readonly client: DynamoDBDocumentClient;
  /** Another client of the same tables, for a test to disturb. */
  connect(): DynamoDBDocumentClient;
  /** The row of a key, read consistently. */
  row(table: string, key: Record<string, string>): Promise<GetCommandOutput['Item']>;
  hasEvent(id: string): Promise<boolean>;
  /** Closes its clients. */
  close(): void;
};

/** Makes the tables of `resources/tables.yml` in an engine, with new names, so that many tests can share it. */
export async function openDatabase(endpoint: string): Promise<Database> {
  const tables = tableNames(randomBytes(4).toString('hex'), 'test');
  await createResources(tableResources(tables), { dynamodb: endpoint, s3: endpoint });
  const clients = new Set<DynamoDBClient>();
  const connect = () => {
    const plain = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: localCredentials, maxAttempts: 3 });
    clients.add(plain);
    return DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  };
  const client = connect();
  const row: Database['row'] = async (TableName, Key) => (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const hasEvent = async (id: string) => (await row(tables.OUTBOX_TABLE, { id })) !== undefined;
  const close = () => {
    for (const each of clients) each.destroy();
  };
  return { tables, client, connect, row, hasEvent, close };
}
