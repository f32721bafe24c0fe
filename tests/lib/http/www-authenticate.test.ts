import { expect, test } from 'vitest';
import { challenges } from '#lib/http/www-authenticate.ts';
import { Problem } from '#lib/problem.ts';

const nobody = new Problem('not_authenticated');
const expired = new Problem('token_not_valid', { detail: 'token_expired' });

test.for<[words: string[], challenge: string]>([
  [['Bearer'], 'Bearer realm="api"'],
  [['JWT', 'Bearer'], 'JWT realm="api"'],
  [['Bearer', 'Token'], 'Bearer realm="api", Token realm="api"'],
  [['Token', 'JWT', 'Bearer'], 'Token realm="api", JWT realm="api"'],
  [['Basic', 'Bearer'], 'Basic realm="api", charset="UTF-8", Bearer realm="api"'],
  [['Basic'], 'Basic realm="api", charset="UTF-8"'],
])('a stage with %j offers each scheme once, by its first name, in their order', ([words, challenge]) => {
  expect(challenges(words, nobody)).toBe(challenge);
});

test('Basic is offered only if it is first, because browsers open a dialog for it', () => {
  expect(challenges(['Bearer', 'Basic', 'Token'], nobody)).toBe('Bearer realm="api", Token realm="api"');
});

test('the error stands once, with the first scheme that can carry it', () => {
  const wrong = 'error="invalid_token", error_description="Token is expired"';
  expect(challenges(['JWT', 'Token'], expired)).toBe(`JWT realm="api", ${wrong}, Token realm="api"`);
  expect(challenges(['Basic', 'JWT'], expired)).toBe(`Basic realm="api", charset="UTF-8", JWT realm="api", ${wrong}`);
  expect(challenges(['Basic'], expired)).toBe('Basic realm="api", charset="UTF-8"');
  expect(challenges(['Token'], new Problem('bad_authorization_header'))).toBe('Token realm="api", error="invalid_request"');
});
