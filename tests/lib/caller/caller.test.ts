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

test('a caller comes through the gateway as they were proved', () => {
  expect(callerFrom(toContext(caller), before)).toEqual(caller);
  expect(callerFrom(toContext({ ...caller, roles: [] }), before)).toEqual({ ...caller, roles: [] });
});

test('a caller can have proved who they are without a session', () => {
  const { sid: _, ...sessionless } = caller;
  expect(callerFrom(toContext(sessionless), before)).toEqual({ ...sessionless, sid: undefined });
});

test('a caller whom a cookie proved is known by it', () => {
  expect(callerFrom(toContext({ ...caller, isByCookie: true }), before)).toEqual({ ...caller, isByCookie: true });
});

test('a caller whom the password proved is known by it', () => {
  expect(callerFrom(toContext({ ...caller, isByPassword: true }), before)).toEqual({ ...caller, isByPassword: true });
});

test('a caller brings the epoch of their token along, where there is one', () => {
  for (const epoch of [0, 7]) expect(callerFrom(toContext({ ...caller, epoch }), before).epoch).toBe(epoch);
  expect(toContext(caller)).not.toHaveProperty('epoch');
});

test('what goes through the gateway is flat and made of texts', () => {
  for (const value of Object.values(toContext(caller))) expect(value).toBeTypeOf('string');
});

describe('nobody gets in', () => {
  test('without a context, or with an empty one', () => {
    for (const context of [undefined, {}, Object.create(toContext(caller))]) expect(refusalOf(context).code).toBe('not_authenticated');
  });

  test.for(['sub', 'jti', 'exp'] as const)('without a %s', (name) => {
    const { [name]: _, ...rest } = toContext(caller);
    for (const missing of [rest, { ...rest, [name]: '' }, { ...rest, [name]: null }, { ...rest, [name]: {} }, { ...rest, [name]: ['x'] }]) {
      expect(refusalOf(missing).status).toBe(401);
    }
  });

  test.for(['abc', 'NaN', 'Infinity', '1e400', '2000000000.5', ' ', '-1', '0'])('with an end that is none (%j)', (exp) => {
    expect(refusalOf({ ...toContext(caller), exp }).status).toBe(401);
  });

  test('whose token has ended since the authorizer looked, from that very second on', () => {
    const problem = refusalOf(toContext(caller), new Date(caller.exp * 1000));
    expect(problem).toMatchObject({ code: 'token_not_valid', options: { detail: 'token_expired' } });
    expect(callerFrom(toContext(caller), new Date(caller.exp * 1000 - 1)).sub).toBe('u');
  });

  test('who was refused, whatever else the context says', () => {
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
  test.for(reasons)('%s comes through the gateway and becomes a %i', ([code, status]) => {
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

  test('of somebody who asked too often says when to come back, to the machine and to people', () => {
    const context = toContext({ code: 'throttled', detail: 'throttled_detail', retryAfterSeconds: 42 });
    expect(refusalOf(context)).toMatchObject({ status: 429, options: { retryAfterSeconds: 42, values: { seconds: 42 } } });
    for (const retry_after of ['', 'soon', '-1', '0', undefined])
      expect(refusalOf({ ...context, retry_after }).options.retryAfterSeconds).toBeUndefined();
  });

  test('whose words are no sentence of ours gets the usual ones', () => {
    expect(refusalOf({ refused: 'token_not_valid', detail: '<script>' }).options.detail).toBeUndefined();
  });
});
