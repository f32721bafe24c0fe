import { describe, expect, it } from 'vitest';
import { identifyBy, tuneAuthorizer } from '../../plugins/authorizer.ts';
import type { AuthorizerDefinition, Resources } from '../../plugins/framework.ts';
import { madeSettings } from '../lib/made-settings.ts';

const strictOnly = { Sid: 'OnlyWhereRevocationIsStrict', Effect: 'Allow', Action: 'dynamodb:BatchGetItem' };
const lazyOnly = { Sid: 'OnlyWhereRevocationIsLazy', Effect: 'Allow', Action: 'dynamodb:BatchGetItem' };
const always = { Effect: 'Allow', Action: 'ssm:GetParameter' };

function tuned(settings: Parameters<typeof tuneAuthorizer>[1]) {
  const resources: Resources = {
    Jwt: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { AuthorizerResultTtlInSeconds: 0, Name: 'jwt' } },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    Role: { Type: 'AWS::IAM::Role', Properties: policy(strictOnly, lazyOnly, always) },
  };
  tuneAuthorizer(resources, settings);
  return resources;
}
const policy = (...Statement: object[]) => ({ Policies: [{ PolicyDocument: { Statement } }] });

describe('the authorizer of a template', () => {
  it('is cached for AUTHORIZER_CACHE, and nothing else changes', () => {
    for (const AUTHORIZER_CACHE of [0, 45, 3600]) {
      const { Jwt, Api } = tuned({ AUTHORIZER_CACHE, REVOCATION_CHECK: 'strict' });
      expect(Jwt?.Properties).toEqual({ AuthorizerResultTtlInSeconds: AUTHORIZER_CACHE, Name: 'jwt' });
      expect(Api?.Properties).toEqual({});
    }
  });

  it('may read the tables only if it looks tokens up', () => {
    expect(tuned({ AUTHORIZER_CACHE: 0, REVOCATION_CHECK: 'strict' })['Role']?.Properties).toEqual(policy(strictOnly, always));
    expect(tuned({ AUTHORIZER_CACHE: 0, REVOCATION_CHECK: 'lazy' })['Role']?.Properties).toEqual(policy(lazyOnly, always));
  });
});

describe('the gateway', () => {
  const sourceOf = (given: Record<string, string>) => {
    const authorizer: AuthorizerDefinition = { identitySource: 'before', resultTtlInSeconds: 0 };
    identifyBy(authorizer, madeSettings({ PUBLIC_URL: 'https://accounts.example.com', ...given }));
    return authorizer.identitySource;
  };

  it('is called with the header of the stage', () => {
    expect(sourceOf({})).toBe('$request.header.Authorization');
    expect(sourceOf({ AUTH_HEADER_NAME: 'HTTP_AUTHORIZATION' })).toBe('$request.header.Authorization');
    expect(sourceOf({ AUTH_HEADER_NAME: 'HTTP_X_ACCESS_TOKEN' })).toBe('$request.header.X-Access-Token');
  });

  it('is called without a header if Basic is first, because its clients wait for a 401', () => {
    expect(sourceOf({ AUTH_HEADER_TYPES: 'Basic,Bearer' })).toBeUndefined();
    expect(sourceOf({ AUTH_HEADER_TYPES: 'Bearer,Basic' })).toBe('$request.header.Authorization');
  });

  it('is called without a header if cookies may come instead', () => {
    for (const AUTH_COOKIES of ['lax', 'strict']) expect(sourceOf({ AUTH_COOKIES })).toBeUndefined();
  });
});
