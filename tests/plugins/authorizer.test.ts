import { expect, test } from 'vitest';
import { shapeAuthorizer } from '../../plugins/authorizer.ts';

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
