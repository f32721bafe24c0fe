import { describe, expect, it } from 'vitest';
import type { FunctionDefinition } from '../../plugins/framework.ts';
import { addSchemes } from '../../plugins/schemes.ts';

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
  it('is unchanged with access tokens only', () => {
    expect(authorizerOf(['Bearer', 'JWT'])).toEqual({ handler: 'plain.handler', memorySize: 512, iamRoleStatements: ['own'] });
  });

  it.each([
    [['Bearer', 'token'], { handler: 'with-tokens.handler', memorySize: 512, iamRoleStatements: ['own', 'tokens'] }],
    [['BASIC'], { handler: 'with-passwords.handler', memorySize: 1769, iamRoleStatements: ['own', 'passwords'] }],
    [['Basic', 'Token'], { handler: 'with-passwords.handler', memorySize: 1769, iamRoleStatements: ['own', 'tokens', 'passwords'] }],
  ])('becomes what %j ask for, and gets the grants of each', (words, expected) => {
    expect(authorizerOf(words)).toEqual(expected);
  });
});
