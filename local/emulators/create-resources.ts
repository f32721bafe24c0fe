import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, type TableProperties } from './create-table.ts';
import { localCredentials } from './emulator.ts';
import { plainText } from './plain-text.ts';

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have a shape of their own per type
export type Resources = Record<string, { readonly Type: string; readonly Properties?: any }>;
export type Endpoints = {
  readonly dynamodb: string;
  readonly s3: string;
  /**
   * The folder of the emulator's buckets, one folder each; an existing one needs no request. Absent: every bucket is
   * asked for.
   */
  readonly s3Folder?: string;
};

/**
 * Creates the missing tables and buckets of a CloudFormation template in the emulators and returns the names of all. A
 * resource without a name gets its logical id in lower case. Throws an EmulatorError if an existing table has other
 * keys or indexes than the template.
 */
export async function createResources(resources: Resources, endpoints: Endpoints): Promise<{ tables: string[]; buckets: string[] }> {
  const { AWS_REGION: region = 'us-east-1' } = process.env;
  const dynamodb = new DynamoDBClient({ endpoint: endpoints.dynamodb, region, credentials: localCredentials });
  const ofType = (type: string, nameProperty: string) =>
    Object.entries(resources)
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId, { Properties = {} }]) => ({
        name: plainText(Properties[nameProperty] ?? logicalId.toLowerCase(), region),
        properties: Properties,
      }));
  try {
    const tables = ofType('AWS::DynamoDB::Table', 'TableName');
    const buckets = ofType('AWS::S3::Bucket', 'BucketName');
    for (const { name, properties } of tables) await createTable(dynamodb, name, properties as TableProperties);
    const missing = buckets.filter(({ name }) => !endpoints.s3Folder || !existsSync(join(endpoints.s3Folder, name)));
    await createBuckets(
      missing.map(({ name }) => name),
      endpoints.s3,
      region,
    );
    return { tables: tables.map(({ name }) => name), buckets: buckets.map(({ name }) => name) };
  } finally {
    dynamodb.destroy();
  }
}

async function createBuckets(names: readonly string[], endpoint: string, region: string): Promise<void> {
  if (names.length === 0) return;
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({ endpoint, region, credentials: localCredentials, forcePathStyle: true });
  try {
    for (const name of names) {
      await s3.send(new CreateBucketCommand({ Bucket: name })).catch((error: Error) => {
        if (!['BucketAlreadyExists', 'BucketAlreadyOwnedByYou'].includes(error.name)) throw error;
      });
    }
  } finally {
    s3.destroy();
  }
}
