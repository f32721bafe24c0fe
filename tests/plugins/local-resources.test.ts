import { describe, expect, it } from 'vitest';
import { localEnvironment, localResources } from '../../plugins/local-resources.ts';

const place = { service: 'gatehouse', stage: 'local' };
const resources = {
  UsersTable: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'gatehouse-local-users', BillingMode: 'PAY_PER_REQUEST' } },
  MediaBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  MediaBucketPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: {} },
};

describe('on a laptop', () => {
  it('a bucket gets the name that CloudFormation would have given, and policies are left to AWS', () => {
    expect(localResources(resources, place)).toEqual({
      UsersTable: resources.UsersTable,
      MediaBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'gatehouse-local-media' } },
    });
  });

  it('functions get the same name', () => {
    expect(localEnvironment({ STAGE: 'local', MEDIA_BUCKET: { Ref: 'MediaBucket' }, LIMIT: 5 }, resources, place)).toEqual({
      STAGE: 'local',
      MEDIA_BUCKET: 'gatehouse-local-media',
      LIMIT: '5',
    });
  });

  it('an unknown reference stops the start and is named', () => {
    expect(() => localEnvironment({ A: { Ref: 'MediaBucketPolicy' } }, resources, place)).toThrow(
      'MediaBucketPolicy is not a table or bucket',
    );
    expect(() => localEnvironment({ QUEUE: { 'Fn::GetAtt': ['Queue', 'Arn'] } }, resources, place)).toThrow(/^QUEUE is .*Fn::GetAtt/);
  });
});
