import { beforeAll, describe, expect, it } from 'vitest';
import { deployedStages, type PackagedTemplate, type Properties, packagedTemplate } from './packaged-template.ts';
import { ofType } from './privileges.ts';

describe.each(deployedStages)('the storage of stage %s', (stage, { keepData }) => {
  let packaged: PackagedTemplate;

  beforeAll(async () => {
    packaged = await packagedTemplate(stage);
  });

  it('has tables that are billed per request, encrypted, and cleared by DynamoDB’s expiry', () => {
    const tables = Object.fromEntries(ofType(packaged.template, 'AWS::DynamoDB::Table').map(([id]) => [id, packaged.one(id).Properties]));
    const keys = Object.fromEntries(
      Object.entries(tables).map(([id, { KeySchema }]) => [
        id,
        KeySchema.map((key: { AttributeName: string }) => key.AttributeName).join(),
      ]),
    );
    expect(keys).toEqual({
      UsersTable: 'id',
      IdentifiersTable: 'identifier',
      RolesTable: 'role,member',
      SessionsTable: 'user_id,sid',
      TokenBlacklistTable: 'id',
      ApiTokensTable: 'user_id,place',
      CacheTable: 'key',
      OutboxTable: 'id',
    });
    for (const { BillingMode, SSESpecification } of Object.values(tables)) {
      expect([BillingMode, SSESpecification]).toEqual(['PAY_PER_REQUEST', { SSEEnabled: true }]);
    }
    for (const id of ['SessionsTable', 'TokenBlacklistTable', 'ApiTokensTable', 'CacheTable', 'OutboxTable']) {
      expect(tables[id]?.['TimeToLiveSpecification'], id).toEqual({ AttributeName: 'expires_at', Enabled: true });
    }
    expect(tables['OutboxTable']?.['StreamSpecification']).toEqual({ StreamViewType: 'NEW_IMAGE' });
  });

  it('has an index for each identifier, and no attributes in it beyond what a login needs', () => {
    const indexes = packaged.one('UsersTable').Properties['GlobalSecondaryIndexes'];
    const login = { ProjectionType: 'INCLUDE', NonKeyAttributes: ['password', 'is_active', 'token_epoch', 'username', 'email'] };
    const keys = { ProjectionType: 'KEYS_ONLY' };
    const shapeOf = ({ IndexName, KeySchema, Projection }: Properties) => [
      IndexName,
      ...KeySchema.map(({ AttributeName }: Properties) => AttributeName),
      Projection,
    ];
    expect(indexes.map(shapeOf)).toEqual([
      ['by-username', 'username_start', 'username_key', login],
      ['by-email', 'email_start', 'email_key', login],
      ['by-mobile', 'mobile_start', 'mobile', login],
      ['by-name', 'name_start', 'name_key', keys],
      ['directory', 'directory', 'joined_key', keys],
    ]);
  });

  it('keeps users, identifiers and pictures on deletion of the stack if the stage says so', () => {
    for (const id of ['UsersTable', 'IdentifiersTable', 'RolesTable']) {
      expect(packaged.one(id).Properties).toMatchObject({
        DeletionProtectionEnabled: keepData,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
    for (const id of ['UsersTable', 'IdentifiersTable', 'RolesTable', 'MediaBucket']) {
      const policy = keepData ? 'Retain' : 'Delete';
      expect([id, packaged.one(id).DeletionPolicy, packaged.one(id).UpdateReplacePolicy]).toEqual([id, policy, policy]);
    }
  });

  it('has a bucket that only the functions can reach, over TLS', () => {
    expect(packaged.one('MediaBucket').Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    });
    expect(packaged.one('MediaBucketPolicy').Properties['PolicyDocument'].Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
  });
});
