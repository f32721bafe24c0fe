import { describe, expect, test } from 'vitest';
import { problemDetails } from '#lib/http/problem-details.ts';
import { languages } from '#lib/language.ts';
import { Problem, type ProblemCode, type ProblemOptions, problems } from '#lib/problem.ts';

const codes = Object.keys(problems) as ProblemCode[];
const render = (code: ProblemCode, options: ProblemOptions = {}, language: 'en' | 'zh-CN' = 'en') => {
  const { headers, body = '', statusCode } = problemDetails(new Problem(code, options), language, 'r-1', ['Bearer']);
  return { statusCode, headers, body: JSON.parse(body) };
};

test.for(codes)('%s has the members of RFC 9457, and a code', (code) => {
  for (const language of languages) {
    const { statusCode, headers, body } = render(code, {}, language);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'content-language': language });
    expect(body).toEqual({
      type: `urn:problem-type:gatehouse:${code}`,
      title: expect.stringMatching(/./),
      status: statusCode,
      detail: expect.stringMatching(/./),
      code,
      instance: 'urn:request:r-1',
    });
  }
});

test('the status of a code never changes', () => {
  expect(Object.fromEntries(codes.map((code) => [code, problems[code].status]))).toMatchObject({
    malformed_request: 400,
    validation_failed: 400,
    identifier_taken: 400,
    human_check_required: 400,
    human_check_failed: 400,
    invalid_image: 400,
    not_authenticated: 401,
    bad_authorization_header: 401,
    no_active_account: 401,
    token_not_valid: 401,
    user_not_found: 401,
    user_inactive: 401,
    permission_denied: 403,
    fresh_login_required: 403,
    not_found: 404,
    too_many_api_tokens: 409,
    request_too_large: 413,
    image_too_large: 413,
    unsupported_media_type: 415,
    throttled: 429,
    internal_error: 500,
    unavailable: 503,
  });
});

describe('the challenge', () => {
  test('is in every 401 and in no other answer', () => {
    for (const code of codes) {
      const challenge = render(code).headers?.['www-authenticate'];
      if (problems[code].status === 401) expect(challenge).toMatch(/^Bearer realm="api"/);
      else expect(challenge).toBeUndefined();
    }
  });

  test('names the error if a token was refused, and only then', () => {
    const challenges = {
      token_not_valid: 'invalid_token',
      user_inactive: 'invalid_token',
      bad_authorization_header: 'invalid_request',
    } as const;
    for (const [code, error] of Object.entries(challenges)) {
      expect(render(code as ProblemCode).headers?.['www-authenticate']).toContain(`error="${error}"`);
    }
    for (const code of ['not_authenticated', 'no_active_account'] as const) {
      expect(render(code).headers?.['www-authenticate']).toBe('Bearer realm="api"');
    }
  });

  test('is ASCII even if the sentence is Chinese', () => {
    const { headers, body } = render('token_not_valid', { detail: 'token_expired' }, 'zh-CN');
    expect(headers?.['www-authenticate']).toBe('Bearer realm="api", error="invalid_token", error_description="Token is expired"');
    expect(body.detail).toBe('令牌已过期');
  });
});

test('the time to try again is sent if it is known', () => {
  expect(render('throttled', { retryAfterSeconds: 17, values: { seconds: 17 } })).toMatchObject({
    headers: { 'retry-after': '17' },
    body: { detail: 'Request was throttled. Expected available in 17 seconds.' },
  });
  expect(render('throttled').headers).not.toHaveProperty('retry-after');
});

test('invalid fields are described in the language of the answer', () => {
  const errors = {
    name: [{ phrase: 'too_long', values: { limit: 64 } }, { phrase: 'control_characters' }],
    email: [{ phrase: 'required' }],
  } as const;
  expect(render('validation_failed', { errors }).body.errors).toEqual({
    name: ['Ensure this field has no more than 64 characters.', 'Control characters are not allowed.'],
    email: ['This field is required.'],
  });
  expect(render('validation_failed', { errors }, 'zh-CN').body.errors.email).toEqual(['该字段是必填项。']);
});

test('a problem may have more members, such as the address of what was missing', () => {
  const members = { captcha: '/captcha/{uuid}', challenge: '/challenge/' };
  expect(render('human_check_required', { members }).body).toMatchObject({ code: 'human_check_required', status: 400, ...members });
});

test('the private reason and the cause are not sent', () => {
  const answer = render('no_active_account', { reason: 'wrong password', cause: new Error('hunter2') });
  expect(JSON.stringify(answer)).not.toMatch(/wrong password|hunter2/);
});
