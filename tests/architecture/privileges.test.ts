import { describe, expect, it } from 'vitest';
import type { Template } from './cloudformation.ts';
import { broadGrants } from './privileges.ts';

describe('the check for broad grants', () => {
  const role = (Action: unknown, Resource: unknown): Template => ({
    Resources: {
      R: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } }] } },
    },
  });

  it.each<[string, unknown, unknown]>([
    ['every resource', 's3:GetObject', '*'],
    ['every table', 'dynamodb:GetItem', ['arn:aws:dynamodb:*:*:table/*']],
    ['every parameter', 'ssm:GetParameter', { 'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/*' }],
    ['everything in the bucket', 's3:GetObject', { 'Fn::Sub': '${MediaBucket.Arn}/*' }],
    ['every action', 'dynamodb:*', { 'Fn::GetAtt': ['UsersTable', 'Arn'] }],
  ])('finds %s', (_, action, resource) => {
    expect(broadGrants(role(action, resource))).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['the ARN of a table', { 'Fn::GetAtt': ['UsersTable', 'Arn'] }],
    ['a prefix in our bucket', { 'Fn::Sub': '${MediaBucket.Arn}/avatars/*' }],
    [
      'a parameter by its name',
      { 'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/gatehouse/dev/signing-key' },
    ],
  ])('accepts %s', (_, resource) => {
    expect(broadGrants(role('x:Get', resource))).toEqual([]);
  });
});
