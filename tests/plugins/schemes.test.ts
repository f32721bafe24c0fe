import { describe, expect, it } from 'vitest';
import type { FunctionDefinition, RequestAuthorizer } from '../../plugins/framework.ts';
import { addSchemes, identifyBy } from '../../plugins/schemes.ts';
import { madeSettings } from '../lib/made-settings.ts';

const additions = {
  token: { handler: 'with-tokens.handler', iamRoleStatements: ['tokens'] },
  basic: { handler: 'with-passwords.handler', memorySize: 1769, iamRoleStatements: ['passwords'] },
};
const authorizerOf = (words: string[]): FunctionDefinition => {
  const authorizer = { handler: 'plain.handler', memorySize: 512, iamRoleStatements: ['own'] };
  addSchemes(authorizer, additions, words);
  return authorizer;
};

describe('the authorizer', () => {
  it('stays as it is where access tokens are all there is', () => {
    expect(authorizerOf(['Bearer', 'JWT'])).toEqual({ handler: 'plain.handler', memorySize: 512, iamRoleStatements: ['own'] });
  });

  it.each([
    [['Bearer', 'token'], { handler: 'with-tokens.handler', memorySize: 512, iamRoleStatements: ['own', 'tokens'] }],
    [['BASIC'], { handler: 'with-passwords.handler', memorySize: 1769, iamRoleStatements: ['own', 'passwords'] }],
    [['Basic', 'Token'], { handler: 'with-passwords.handler', memorySize: 1769, iamRoleStatements: ['own', 'tokens', 'passwords'] }],
  ])('becomes what %j ask for, and gets the grants of each', (words, expected) => {
    expect(authorizerOf(words)).toEqual(expected);
  });

  const sourceOf = (given: Record<string, string>) => {
    const authorizer: RequestAuthorizer = { identitySource: 'before' };
    identifyBy(authorizer, madeSettings({ PUBLIC_URL: 'https://accounts.example.com', ...given }));
    return authorizer.identitySource;
  };

  it('is asked with the header of the stage', () => {
    expect(sourceOf({})).toBe('$request.header.Authorization');
    expect(sourceOf({ AUTH_HEADER_NAME: 'HTTP_AUTHORIZATION' })).toBe('$request.header.Authorization');
    expect(sourceOf({ AUTH_HEADER_NAME: 'HTTP_X_ACCESS_TOKEN' })).toBe('$request.header.X-Access-Token');
  });

  it('is asked without any where Basic stands first, because its clients wait to be asked', () => {
    expect(sourceOf({ AUTH_HEADER_TYPES: 'Basic,Bearer' })).toBeUndefined();
    expect(sourceOf({ AUTH_HEADER_TYPES: 'Bearer,Basic' })).toBe('$request.header.Authorization');
  });
});
