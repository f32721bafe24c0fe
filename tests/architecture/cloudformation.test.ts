import { describe, expect, it } from 'vitest';
import { faultsOf, type Template } from './cloudformation.ts';

describe('the template check', () => {
  const table = (properties: object, more: object = {}): Template => ({
    Resources: {
      T: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], ...properties },
        ...more,
      },
    },
  });

  it.each<[string, Template, string]>([
    ['a type that does not exist', { Resources: { T: { Type: 'AWS::DynamoDB::Tabel' } } }, 'T: there is no AWS::DynamoDB::Tabel'],
    ['a property that does not exist', table({ TableNane: 'x' }), 'T: there is no property TableNane'],
    [
      'a property of a property that does not exist',
      table({ SSESpecification: { Enabled: true } }),
      'T.SSESpecification: there is no property Enabled',
    ],
    ['a missing property', { Resources: { T: { Type: 'AWS::DynamoDB::Table', Properties: {} } } }, 'T: KeySchema is missing'],
    ['a property of the wrong kind', table({ DeletionProtectionEnabled: 'true' }), 'T.DeletionProtectionEnabled: has to be a boolean'],
    ['a reference to an absent resource', table({ TableName: { Ref: 'Name' } }), 'T: refers to Name, which is not there'],
    [
      'an attribute that does not exist',
      table({ TableName: { 'Fn::GetAtt': ['T', 'ARN'] } }),
      'T: AWS::DynamoDB::Table has no attribute ARN',
    ],
    [
      'a reference in a text to an absent resource',
      table({ TableName: { 'Fn::Sub': '${T.Nope}-${Gone}' } }),
      'T: refers to Gone, which is not there',
    ],
    ['a dependency on an absent resource', table({}, { DependsOn: ['Role'] }), 'T: depends on Role, which is not there'],
  ])('finds %s', (_, template, fault) => {
    expect(faultsOf(template)).toContain(fault);
  });

  it('accepts a valid template', () => {
    expect(faultsOf(table({ TableName: { 'Fn::Sub': '${AWS::StackName}-x' }, DeletionProtectionEnabled: true }))).toEqual([]);
  });
});
