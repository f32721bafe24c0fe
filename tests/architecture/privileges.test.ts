import { describe, expect, it } from 'vitest';
import type { Template } from './cloudformation.ts';
import { broadGrants, limitlessGrants } from './privileges.ts';

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

describe('the check for limits of columns and keys', () => {
  const role = (Action: unknown, table: string, Condition?: object): Template => ({
    Resources: {
      R: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            { PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: { 'Fn::GetAtt': [table, 'Arn'] }, Condition }] } },
          ],
        },
      },
    },
  });
  const update = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];
  const columns = { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id'] } };
  const keys = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['code#*'] } };

  it.each<[string, Template]>([
    ['an update of users with any column', role(update, 'UsersTable')],
    ['an update of users with a limit of keys only', role(update, 'UsersTable', keys)],
    ['any key of the short-lived table', role('dynamodb:BatchGetItem', 'ShortLivedTable')],
    [
      'a limit that holds if one value fits',
      role(update, 'ShortLivedTable', { 'ForAnyValue:StringLike': keys['ForAllValues:StringLike'] }),
    ],
    ['a limit that fits all', role(update, 'ShortLivedTable', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': '*' } })],
  ])('finds %s, and says which line is missing', (_, template) => {
    expect(limitlessGrants(template)).toEqual([expect.stringContaining('lacks the line "Condition: ${self:custom.only.<')]);
  });

  it.each<[string, Template]>([
    ['an update of users with a limit of columns', role(update, 'UsersTable', columns)],
    ['a read of users', role('dynamodb:GetItem', 'UsersTable')],
    ['a limit of keys', role(update, 'ShortLivedTable', keys)],
    ['other tables', role(update, 'SessionsTable')],
  ])('accepts %s', (_, template) => {
    expect(limitlessGrants(template)).toEqual([]);
  });
});
