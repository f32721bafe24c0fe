import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, type GetCommandOutput } from '@aws-sdk/lib-dynamodb';
import { parse } from 'yaml';
import type { Settings } from '#lib/settings/catalogue.ts';
import { createResources } from '#local/emulators/create-resources.ts';
import { localCredentials } from '#local/emulators/emulator.ts';

type Tables = Pick<
  Settings,
  | 'USERS_TABLE'
  | 'IDENTIFIERS_TABLE'
  | 'ROLES_TABLE'
  | 'SESSIONS_TABLE'
  | 'TOKEN_BLACKLIST_TABLE'
  | 'API_TOKENS_TABLE'
  | 'CACHE_TABLE'
  | 'OUTBOX_TABLE'
>;

/** A DynamoDB with the deployed tables, empty. */
export type Database = {
  readonly tables: Tables;
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
  const prefix = `${randomBytes(4).toString('hex')}-`;
  const yaml = readFileSync(new URL('../../resources/tables.yml', import.meta.url), 'utf8');
  const { Resources } = parse(yaml.replace(/\$\{self:provider\.environment\.(\w+)\}/g, `${prefix}$1`));
  const { tables: names } = await createResources(Resources, { dynamodb: endpoint, s3: endpoint });
  const clients = new Set<DynamoDBClient>();
  const connect = () => {
    const plain = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: localCredentials, maxAttempts: 3 });
    clients.add(plain);
    return DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  };
  const tables = Object.fromEntries(names.map((name) => [name.slice(prefix.length), name])) as Tables;
  const client = connect();
  const row: Database['row'] = async (TableName, Key) => (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const hasEvent = async (id: string) => (await row(tables.OUTBOX_TABLE, { id })) !== undefined;
  const close = () => {
    for (const each of clients) each.destroy();
  };
  return { tables, client, connect, row, hasEvent, close };
}
