import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { logicalIdOf, tableSettings } from '#lib/settings/tables.ts';
import { deployedStages, type PackagedTemplate, type Properties, packagedTemplate } from './packaged-template.ts';
import { actionsOn, ofType } from './privileges.ts';

/** The tables whose rows cannot be made again. */
const kept = ['UsersTable', 'IdentifiersTable', 'RolesTable', 'AuditTable'];
/** Kept as those, for AUDIT_RETENTION. */
const keptForATime = ['AuditTable'];

describe.each(deployedStages)('the storage of stage %s', (stage, { keepData }) => {
  let packaged: PackagedTemplate;

  beforeAll(async () => {
    packaged = await packagedTemplate(stage);
  });

  it('has tables that are billed per request, encrypted, and either kept or cleared by DynamoDB’s expiry', () => {
    const tables = ofType(packaged.template, 'AWS::DynamoDB::Table').map(([id]) => [id, packaged.one(id).Properties] as const);
    for (const [id, { BillingMode, SSESpecification, TimeToLiveSpecification }] of tables) {
      const expiry = kept.includes(id) && !keptForATime.includes(id) ? undefined : { AttributeName: 'expires_at', Enabled: true };
      expect([id, BillingMode, SSESpecification, TimeToLiveSpecification]).toEqual([id, 'PAY_PER_REQUEST', { SSEEnabled: true }, expiry]);
    }
    expect(packaged.one('OutboxTable').Properties['StreamSpecification']).toEqual({ StreamViewType: 'NEW_IMAGE' });
  });

  it('is described in docs/storage.md: every table, with its key', () => {
    const tables = tableSettings.map((setting) => packaged.one(logicalIdOf(setting)).Properties);
    const rows = tables.map(({ TableName, KeySchema }) => {
      const keys = KeySchema.map(({ AttributeName }: Properties) => `\`${AttributeName}\``);
      return `| \`${TableName.slice(`gatehouse-${stage}-`.length)}\` | ${keys.join(', ')}`;
    });
    const page = readFileSync('docs/storage.md', 'utf8');
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });

  it('exports and deletes with a user every row that begins with the id of the user', () => {
    const tables = ofType(packaged.template, 'AWS::DynamoDB::Table').map(([id]) => id);
    const owned = tables.filter((id) => packaged.one(id).Properties['KeySchema'][0].AttributeName === 'user_id');
    expect(owned).toContain('SessionsTable');
    for (const id of owned) {
      expect(actionsOn(packaged.template, 'UserExportLambdaFunction', id), id).toContain('dynamodb:Query');
      expect(actionsOn(packaged.template, 'OutboxFollowUpLambdaFunction', id), id).toContain('dynamodb:DeleteItem');
    }
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
    for (const id of kept) {
      expect(packaged.one(id).Properties).toMatchObject({
        DeletionProtectionEnabled: keepData,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
    for (const id of [...kept, 'MediaBucket']) {
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
