import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createResources, type Resources } from '#local/emulators/create-resources.ts';
import { availableDynamoEngines, startDynamo } from '#local/emulators/dynamo.ts';
import { type Emulator, localCredentials } from '#local/emulators/emulator.ts';
import { startS3 } from '#local/emulators/s3.ts';

const resources = {
  Users: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'users',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'email', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-email',
          KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['password', 'is_active'] },
        },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true },
    },
  },
  Outbox: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'outbox',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    },
  },
  Media: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': 'media-${AWS::AccountId}' } } },
  Unnamed: { Type: 'AWS::S3::Bucket' },
  Policy: { Type: 'AWS::S3::BucketPolicy', Properties: {} },
} satisfies Resources;

describe.each(availableDynamoEngines())('with %s', (engine) => {
  let dynamodb: Emulator;
  let s3: Emulator;
  let client: DynamoDBClient;
  let endpoints: { dynamodb: string; s3: string };

  beforeAll(async () => {
    [dynamodb, s3] = await Promise.all([startDynamo({ engine }), startS3()]);
    endpoints = { dynamodb: dynamodb.endpoint, s3: s3.endpoint };
    client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'us-east-1', credentials: localCredentials });
  }, 60_000);
  afterAll(async () => {
    client.destroy();
    await Promise.all([dynamodb.stop(), s3.stop()]);
  });

  test('tables and buckets are created from the template', async () => {
    const made = await createResources(resources, endpoints);
    expect(made).toEqual({ tables: ['users', 'outbox'], buckets: ['media-000000000000', 'unnamed'] });
    const { Table: users } = await client.send(new DescribeTableCommand({ TableName: 'users' }));
    expect(users?.GlobalSecondaryIndexes?.[0]).toMatchObject({ IndexName: 'by-email', Projection: { ProjectionType: 'INCLUDE' } });
    const { Table: outbox } = await client.send(new DescribeTableCommand({ TableName: 'outbox' }));
    expect(outbox?.StreamSpecification).toMatchObject({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'outbox' }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expires_at', TimeToLiveStatus: 'ENABLED' });
    const buckets = await new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials: localCredentials }).send(
      new ListBucketsCommand({}),
    );
    expect(buckets.Buckets?.map(({ Name }) => Name).sort()).toEqual(['media-000000000000', 'unnamed']);
  });

  test('a second run changes nothing and keeps the rows', async () => {
    await client.send(new PutItemCommand({ TableName: 'users', Item: { id: { S: '1' } } }));
    await createResources(resources, endpoints);
    expect((await client.send(new ScanCommand({ TableName: 'users' }))).Count).toBe(1);
  });

  const users = resources.Users.Properties;
  const [index] = users.GlobalSecondaryIndexes;
  test.each([
    [
      'another key',
      {
        ...users,
        AttributeDefinitions: [{ AttributeName: 'email', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
      },
    ],
    [
      'another projection',
      { ...users, GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['password'] } }] },
    ],
    [
      'one index less',
      { ...users, GlobalSecondaryIndexes: undefined, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] },
    ],
    ['a stream', { ...users, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }],
  ])('a table with %s than the existing one is refused, with advice', async (_, Properties) => {
    const changed = createResources({ Users: { Type: 'AWS::DynamoDB::Table', Properties } }, endpoints);
    await expect(changed).rejects.toThrow(/users.*npm start -- --fresh/);
  });

  test('a name that only CloudFormation could know is refused', async () => {
    const pointing = { Media: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Other' } } } };
    await expect(createResources(pointing, endpoints)).rejects.toThrow('Other');
  });
});
