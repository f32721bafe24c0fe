import { describe, expect, it, test } from 'vitest';
import { shapeAuthorizer, tuneAuthorizer } from '../../plugins/authorizer.ts';
import type { Resources } from '../../plugins/framework.ts';

const strictOnly = { Sid: 'OnlyWhereRevocationIsStrict', Effect: 'Allow', Action: 'dynamodb:BatchGetItem' };
const always = { Effect: 'Allow', Action: 'ssm:GetParameter' };

function tuned(settings: Parameters<typeof tuneAuthorizer>[1]) {
  const resources: Resources = {
    Jwt: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { AuthorizerResultTtlInSeconds: 0, Name: 'jwt' } },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    Role: { Type: 'AWS::IAM::Role', Properties: policy(strictOnly, always) },
  };
  tuneAuthorizer(resources, settings);
  return resources;
}
const policy = (...Statement: object[]) => ({ Policies: [{ PolicyDocument: { Statement } }] });

describe('the authorizer of a template', () => {
  it('is asked again after as long as AUTHORIZER_CACHE says, and nothing else is touched', () => {
    for (const AUTHORIZER_CACHE of [0, 45, 3600]) {
      const { Jwt, Api } = tuned({ AUTHORIZER_CACHE, REVOCATION_CHECK: 'strict' });
      expect(Jwt?.Properties).toEqual({ AuthorizerResultTtlInSeconds: AUTHORIZER_CACHE, Name: 'jwt' });
      expect(Api?.Properties).toEqual({});
    }
  });

  it('may read the tables where it looks, and only there', () => {
    expect(tuned({ AUTHORIZER_CACHE: 0, REVOCATION_CHECK: 'strict' })['Role']?.Properties).toEqual(policy(strictOnly, always));
    expect(tuned({ AUTHORIZER_CACHE: 0, REVOCATION_CHECK: 'lazy' })['Role']?.Properties).toEqual(policy(always));
  });
});

const declared = () => ({ type: 'request', identitySource: '$request.header.Authorization', resultTtlInSeconds: 300 });

test('a stage without cookies leaves the authorizer as it is declared', () => {
  const authorizer = declared();
  shapeAuthorizer(authorizer, { AUTH_COOKIES: 'off' });
  expect(authorizer).toEqual(declared());
});

test('a stage with cookies asks it with every request, whatever came with it', () => {
  for (const AUTH_COOKIES of ['lax', 'strict'] as const) {
    const authorizer = declared();
    shapeAuthorizer(authorizer, { AUTH_COOKIES });
    expect(authorizer).toEqual({ type: 'request', resultTtlInSeconds: 0 });
  }
});
