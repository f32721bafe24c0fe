import { describe, expect, it } from 'vitest';
import type { Naming, Resources } from '../../plugins/framework.ts';
import { askForRoles, tidyRoles } from '../../plugins/roles.ts';

const naming: Naming = {
  getRoleLogicalId: () => 'SharedRole',
  getLambdaLogicalId: (name) => `${name}Function`,
  getLogGroupLogicalId: (name) => `${name}Logs`,
};
const role = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] },
});
const lambda = (roleId: string) => ({ Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': [roleId, 'Arn'] } } });
const broad = { Effect: 'Allow', Action: ['logs:CreateLogGroup'], Resource: ['arn:…:*:*'] };
const own = { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [{ 'Fn::GetAtt': ['UsersTable', 'Arn'] }] };

describe('roles', () => {
  it('are added to a function that needs none, and otherwise unchanged', () => {
    const functions = { health: { handler: 'h' }, users: { handler: 'u', iamRoleStatements: [own] } };
    askForRoles(functions);
    expect(functions).toEqual({ health: { handler: 'h', iamRoleStatements: [] }, users: { handler: 'u', iamRoleStatements: [own] } });
  });

  it('let a function write to its own log group and create none, and keep what it asked for', () => {
    const resources: Resources = { usersFunction: lambda('usersRole'), usersRole: role(broad, own) };
    tidyRoles(resources, ['users'], naming);
    const writesOwnLog = {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [{ 'Fn::GetAtt': ['usersLogs', 'Arn'] }],
    };
    expect(resources['usersRole']).toEqual(role(writesOwnLog, own));
  });

  it('leave no role that all functions share', () => {
    const resources: Resources = { usersFunction: lambda('usersRole'), usersRole: role(broad), SharedRole: role(broad) };
    tidyRoles(resources, ['users'], naming);
    expect(resources).not.toHaveProperty('SharedRole');
  });

  it('stop the packaging if a function has none, or something still uses the shared one', () => {
    expect(() => tidyRoles({ usersFunction: lambda('missing') }, ['users'], naming)).toThrow('The function users has no role of its own');
    const resources = { usersFunction: lambda('usersRole'), usersRole: role(broad), other: lambda('SharedRole') };
    expect(() => tidyRoles(resources, ['users'], naming)).toThrow('The shared role SharedRole is still in use');
  });
});
