import { describe, expect, test } from 'vitest';
import { callerFrom, toContext } from '#lib/caller/caller.ts';
import { Problem, type ProblemCode } from '#lib/problem.ts';

const caller = { sub: 'u', sid: 's', jti: 'j', roles: ['editor', 'teller'], exp: 2_000_000_000 };
const before = new Date(1_999_999_999_000);
const refusalOf = (context: Record<string, unknown> | undefined, now = before) => {
  try {
    callerFrom(context, now);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return error as Problem;
  }
  throw new Error('let in');
};

test('a caller passes through the gateway unchanged', () => {
  expect(callerFrom(toContext(caller), before)).toEqual(caller);
  expect(callerFrom(toContext({ ...caller, roles: [] }), before)).toEqual({ ...caller, roles: [] });
});

test('a caller without a session passes through', () => {
  const { sid: _, ...sessionless } = caller;
  expect(callerFrom(toContext(sessionless), before)).toEqual({ ...sessionless, sid: undefined });
});

test('a caller that a cookie proved is marked', () => {
  expect(callerFrom(toContext({ ...caller, isByCookie: true }), before)).toEqual({ ...caller, isByCookie: true });
});

test('a caller that the password proved is marked', () => {
  expect(callerFrom(toContext({ ...caller, isByPassword: true }), before)).toEqual({ ...caller, isByPassword: true });
});

test('a caller keeps the epoch of the token, if it has one', () => {
  for (const epoch of [0, 7]) expect(callerFrom(toContext({ ...caller, epoch }), before).epoch).toBe(epoch);
  expect(toContext(caller)).not.toHaveProperty('epoch');
});

test('the context is flat and all strings', () => {
  for (const value of Object.values(toContext(caller))) expect(value).toBeTypeOf('string');
});

describe('a request is refused', () => {
  test('without a context, or with an empty one', () => {
    for (const context of [undefined, {}, Object.create(toContext(caller))]) expect(refusalOf(context).code).toBe('not_authenticated');
  });

  test.for(['sub', 'jti', 'exp'] as const)('without a %s', (name) => {
    const { [name]: _, ...rest } = toContext(caller);
    for (const missing of [rest, { ...rest, [name]: '' }, { ...rest, [name]: null }, { ...rest, [name]: {} }, { ...rest, [name]: ['x'] }]) {
      expect(refusalOf(missing).status).toBe(401);
    }
  });

  test.for(['abc', 'NaN', 'Infinity', '1e400', '2000000000.5', ' ', '-1', '0'])('with an invalid exp (%j)', (exp) => {
    expect(refusalOf({ ...toContext(caller), exp }).status).toBe(401);
  });

  test('from the second its token expires, also after the authorizer accepted it', () => {
    const problem = refusalOf(toContext(caller), new Date(caller.exp * 1000));
    expect(problem).toMatchObject({ code: 'token_not_valid', options: { detail: 'token_expired' } });
    expect(callerFrom(toContext(caller), new Date(caller.exp * 1000 - 1)).sub).toBe('u');
  });

  test('if the authorizer refused it, whatever else the context says', () => {
    const context = { ...toContext(caller), refused: 'token_not_valid', detail: 'token_blacklisted' };
    expect(refusalOf(context)).toMatchObject({ code: 'token_not_valid', options: { detail: 'token_blacklisted' } });
  });
});

describe('a refusal', () => {
  const reasons: [ProblemCode, number][] = [
    ['not_authenticated', 401],
    ['bad_authorization_header', 401],
    ['user_inactive', 401],
    ['csrf_failed', 403],
    ['unavailable', 503],
    ['internal_error', 500],
  ];
  test.for(reasons)('%s passes through the gateway and becomes a %i', ([code, status]) => {
    const problem = refusalOf(toContext({ code, detail: 'user_inactive' }));
    expect(problem).toMatchObject({ code, status });
    expect(problem.options.retryAfterSeconds).toBe(status >= 500 ? 2 : undefined);
  });

  test.for(['not_found', 'permission_denied', 'validation_failed', 'nonsense', 'constructor', '__proto__'])(
    'that an authorizer cannot give (%s) is a 401',
    (refused) => {
      expect(refusalOf({ refused, detail: 'x' })).toMatchObject({ code: 'not_authenticated', status: 401 });
    },
  );

  test('for too many requests says when to try again, as a header and in its sentence', () => {
    const context = toContext({ code: 'throttled', detail: 'throttled_detail', retryAfterSeconds: 42 });
    expect(refusalOf(context)).toMatchObject({ status: 429, options: { retryAfterSeconds: 42, values: { seconds: 42 } } });
    for (const retry_after of ['', 'soon', '-1', '0', undefined])
      expect(refusalOf({ ...context, retry_after }).options.retryAfterSeconds).toBeUndefined();
  });

  test('with an unknown sentence gets the usual one', () => {
    expect(refusalOf({ refused: 'token_not_valid', detail: '<script>' }).options.detail).toBeUndefined();
  });
});
