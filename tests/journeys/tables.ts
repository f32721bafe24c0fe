import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { Gateway } from '#local/gateway/gateway.ts';

type Item = Record<string, unknown>;

/**
 * Direct access to the stage's tables, for what no client can see or do: orphans, an administrator's change, time that
 * has passed.
 */
export function tablesOf(gateway: Gateway) {
  const { endpoints, template } = gateway;
  const plain = new DynamoDBClient({ endpoint: endpoints.dynamodb, region: template.place.region, credentials: localCredentials });
  const client = DynamoDBDocumentClient.from(plain);
  const [{ properties: { TableName: users = '' } = {} } = {}] = template.ofType<{ TableName: string }>('AWS::DynamoDB::Table');
  const name = (table: string) => users.replace(/users$/, table);
  return {
    async all(table: string): Promise<Item[]> {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: name(table), ConsistentRead: true }));
      return Items;
    },
    async put(table: string, item: Item): Promise<void> {
      await client.send(new PutCommand({ TableName: name(table), Item: item }));
    },
    async remove(table: string, key: Item): Promise<void> {
      await client.send(new DeleteCommand({ TableName: name(table), Key: key }));
    },
    /** One row, or undefined. */
    async get(table: string, key: Item): Promise<Item | undefined> {
      return (await client.send(new GetCommand({ TableName: name(table), Key: key, ConsistentRead: true }))).Item;
    },
    /** Sets one attribute of a row. */
    async set(table: string, key: Item, attribute: string, value: unknown): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: name(table),
          Key: key,
          UpdateExpression: 'SET #attribute = :value',
          ExpressionAttributeNames: { '#attribute': attribute },
          ExpressionAttributeValues: { ':value': value },
        }),
      );
    },
    close: () => plain.destroy(),
  };
}
