import { describe, expect, it } from 'vitest';
import { resolveTemplate } from '#local/gateway/template.ts';

const resources = {
  Users: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { 'Fn::Sub': 'app-${AWS::Region}-users' } } },
  Media: { Type: 'AWS::S3::Bucket', Properties: {} },
  Login: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'app-login' } },
  Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Join': ['-', ['app', { Ref: 'AWS::Region' }, 'role']] } } },
};
const resolved = (value: unknown) =>
  resolveTemplate({
    Resources: { ...resources, Probe: { Type: 'Probe', Properties: { value } } },
    Parameters: { Size: { Default: 3 } },
  }).ofType<{
    value: unknown;
  }>('Probe')[0]?.properties.value;

describe('a compiled template as plain values', () => {
  it.each([
    ['a table', { Ref: 'Users' }, 'app-eu-central-1-users'],
    ['its ARN', { 'Fn::GetAtt': ['Users', 'Arn'] }, 'arn:aws:dynamodb:eu-central-1:000000000000:table/app-eu-central-1-users'],
    [
      'an index',
      { 'Fn::Sub': '${Users.Arn}/index/by-email' },
      'arn:aws:dynamodb:eu-central-1:000000000000:table/app-eu-central-1-users/index/by-email',
    ],
    ['a bucket without a name', { Ref: 'Media' }, 'media'],
    ['objects in it', { 'Fn::Join': ['/', [{ 'Fn::GetAtt': 'Media.Arn' }, 'avatars/*']] }, 'arn:aws:s3:::media/avatars/*'],
    ['a function', { 'Fn::GetAtt': ['Login', 'Arn'] }, 'arn:aws:lambda:eu-central-1:000000000000:function:app-login'],
    ['a role', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::000000000000:role/app-eu-central-1-role'],
    [
      'a parameter of Parameter Store',
      { 'Fn::Sub': ['arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Path}/key', { Path: '/app' }] },
      'arn:aws:ssm:eu-central-1:000000000000:parameter/app/key',
    ],
    ['a parameter of the template', { Ref: 'Size' }, 3],
    ['a literal dollar', { 'Fn::Sub': '${!Literal}' }, '${Literal}'],
    ['one of a list', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['no value', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
  ])('has %s resolved', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  it('is refused with a missing reference or an unsupported function', () => {
    expect(() => resolved({ Ref: 'Nobody' })).toThrow('Nobody');
    expect(() => resolved({ 'Fn::ImportValue': 'x' })).toThrow('Fn::ImportValue');
  });
});
