import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Functions } from '#local/gateway/functions.ts';
import { type AuthorizerProperties, lambdaAuthorizer } from '#local/gateway/http-authorizer.ts';
import { echo, type MadeApi, madeApi } from './made-api.ts';

const judge = `let count = 0;
exports.handler = async (event) => {
  count += 1;
  const word = event.headers.authorization;
  if (word === 'throw') throw new Error('no');
  if (word === 'nonsense') return { isAuthorized: 'yes' };
  if (word === 'policy') return { policyDocument: {} };
  return { isAuthorized: word !== 'deny', context: word === 'bare' ? undefined : { count, number: 1, list: ['a'], event } };
};`;
const functions = {
  authorizer: { source: judge },
  echo: { source: echo, routes: ['jwt:GET /locked/{id}/', 'jwt:GET /other/', 'GET /open/'] },
};
const header = { IdentitySource: ['$request.header.Authorization'] };

let api: MadeApi;
let caching: MadeApi;
beforeAll(async () => {
  api = await madeApi({ functions, authorizer: { ...header, AuthorizerResultTtlInSeconds: 0 } }, { instances: 1 });
  caching = await madeApi({ functions, authorizer: { ...header, AuthorizerResultTtlInSeconds: 300 } }, { instances: 1 });
});
afterAll(async () => {
  await api.stop();
  await caching.stop();
});

const token = (word: string) => ['Authorization', word];

describe('the Lambda authorizer', () => {
  it('is not called without its header, or with an empty one', async () => {
    const fresh = await madeApi({ functions, authorizer: header });
    for (const headers of [[], token('')]) {
      expect(await fresh.send('GET', '/locked/7/', headers)).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    }
    expect((await fresh.eventOf('GET', '/locked/7/', token('yes'))).requestContext.authorizer.lambda.count).toBe(1);
    await fresh.stop();
  });

  it('without an identity source is called for every request, with its cookies', async () => {
    const open = await madeApi({ functions, authorizer: { IdentitySource: [], AuthorizerResultTtlInSeconds: 0 } });
    const asked = async (...headers: string[]) => (await open.eventOf('GET', '/locked/7/', headers)).requestContext.authorizer.lambda.event;
    expect(await asked()).toMatchObject({ identitySource: [] });
    const withCookies = await asked('Cookie', 'a=1; b=2');
    expect([withCookies.cookies, withCookies.headers.cookie]).toEqual([['a=1', 'b=2'], undefined]);
    await open.stop();
  });

  it('passes its context to the function unchanged', async () => {
    const event = await api.eventOf('GET', '/locked/7/', token('yes'));
    expect(event.requestContext.authorizer.lambda).toMatchObject({ number: 1, list: ['a'] });
    expect((await api.eventOf('GET', '/locked/7/', token('bare'))).requestContext.authorizer).toEqual({ lambda: null });
    expect((await api.eventOf('GET', '/open/', token('yes'))).requestContext.authorizer).toBeUndefined();
  });

  it('gets the request without its body', async () => {
    const { event } = (await api.eventOf('GET', '/locked/7/?a=1', token('yes'))).requestContext.authorizer.lambda;
    expect(event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:eu-central-1:000000000000:httpapi/$default/GET/locked/{id}/',
      identitySource: ['yes'],
      routeKey: 'GET /locked/{id}/',
      rawPath: '/locked/7/',
      pathParameters: { id: '7' },
      queryStringParameters: { a: '1' },
      requestContext: { http: { method: 'GET' } },
    });
    expect(event).not.toHaveProperty('body');
  });

  it('that refuses is a 403, whatever its reason', async () => {
    expect(await api.send('GET', '/locked/7/', token('deny'))).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  });

  it.each(['throw', 'nonsense', 'policy'])('that fails or answers nonsense (%s) is a 500, and no request passes', async (word) => {
    expect(await api.send('GET', '/locked/7/', token(word))).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  it('is called for every request without a cache', async () => {
    const count = async () => (await api.eventOf('GET', '/other/', token('yes'))).requestContext.authorizer.lambda.count;
    expect((await count()) - (await count())).toBe(-1);
  });

  it('is called once for a header while it is cached, on every route, and again for another header', async () => {
    const count = async (path: string, word: string) =>
      (await caching.eventOf('GET', path, token(word))).requestContext.authorizer.lambda.count;
    const first = await count('/other/', 'one');
    expect(await count('/locked/7/', 'one')).toBe(first);
    expect(await count('/other/', 'two')).toBe(first + 1);
  });
});

describe('the cache of an authorizer', () => {
  type Request = Parameters<ReturnType<typeof lambdaAuthorizer>>[0];
  const simple = { AuthorizerType: 'REQUEST', AuthorizerUri: '', EnableSimpleResponses: true, AuthorizerPayloadFormatVersion: '2.0' };
  const of = (authorization: string, routeKey = 'GET /a/', query = '') =>
    ({
      event: { headers: { authorization }, queryStringParameters: { q: query } },
      routeKey,
      routeArn: '',
      pathParameters: {},
    }) as unknown as Request;

  /** An authorizer that answers as the test says, behind a gateway with a clock of the test's. */
  function kept(properties: Partial<AuthorizerProperties>, answers: readonly string[] = []) {
    const clock = { now: 0 };
    let asked = 0;
    const invoke = async () => ({ kind: 'returned', payload: answers[asked++] ?? `{"isAuthorized":true,"context":{"asked":${asked}}}` });
    const authorize = lambdaAuthorizer(
      { ...simple, ...header, ...properties },
      'authorizer',
      { invoke } as unknown as Functions,
      () => clock.now,
    );
    return { authorize, clock, asked: () => asked };
  }

  it('ends its time after the decision, not after the last use', async () => {
    const { authorize, clock, asked } = kept({ AuthorizerResultTtlInSeconds: 10 });
    for (const [at, times] of [
      [0, 1],
      [9_999, 1],
      [10_000, 2],
      [19_999, 2],
      [20_000, 3],
    ] as const) {
      clock.now = at;
      await authorize(of('x'));
      expect([at, asked()]).toEqual([at, times]);
    }
  });

  it('distinguishes only the values of the identity sources', async () => {
    const { authorize, asked } = kept({ AuthorizerResultTtlInSeconds: 10 });
    for (const each of [of('x'), of('x', 'DELETE /b/'), of('x', 'GET /a/', '1'), of('y'), of('X'), of('x ')]) await authorize(each);
    expect(asked()).toBe(4);
    const byRoute = kept({ AuthorizerResultTtlInSeconds: 10, IdentitySource: ['$request.header.Authorization', '$context.routeKey'] });
    for (const each of [of('x'), of('x', 'DELETE /b/'), of('x', 'GET /a/', '1')]) await byRoute.authorize(each);
    expect(byRoute.asked()).toBe(2);
  });

  it('holds refusals as well, but never failures', async () => {
    const denied = kept({ AuthorizerResultTtlInSeconds: 10 }, ['{"isAuthorized":false}']);
    for (let time = 0; time < 2; time += 1) expect(await denied.authorize(of('x'))).toMatchObject({ refused: { status: 403 } });
    expect(denied.asked()).toBe(1);
    const failing = kept({ AuthorizerResultTtlInSeconds: 10 }, ['null']);
    expect(await failing.authorize(of('x'))).toMatchObject({ failed: { timedOut: false } });
    expect(await failing.authorize(of('x'))).toEqual({ context: { asked: 2 } });
  });

  it('is limited as on AWS: at most an hour, and never without an identity source', () => {
    expect(() => kept({ AuthorizerResultTtlInSeconds: 3601 })).toThrow('at most 3600');
    for (const IdentitySource of [[], undefined]) {
      const properties = { AuthorizerResultTtlInSeconds: 1, IdentitySource } as unknown as Partial<AuthorizerProperties>;
      expect(() => kept(properties)).toThrow('without an identity source');
    }
  });
});
